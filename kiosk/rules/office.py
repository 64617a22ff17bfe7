"""Rules in the office: what is on its way, begun from a file, and each step to the version in force."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.core.config import current
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.errors import Forbidden, NotFound
from kiosk.core.forms import choices
from kiosk.core.i18n import _
from kiosk.core.qr import svg
from kiosk.core.security import requires
from kiosk.core.web import account, actor
from kiosk.rules import queries, services
from kiosk.rules.desk import brought, drafted, file_name, reading_of, writable
from kiosk.rules.forms import (
    BringForm,
    ConfirmForm,
    ConsultForm,
    FreezeForm,
    ProlongForm,
    ReasonForm,
    RepealForm,
    VoteForm,
)
from kiosk.rules.models import HELD, REPEALED_FROM, SINCE, STATES, UNTIL, Rule
from kiosk.rules.permissions import READ_RULES, VOTE_RULES, WRITE_RULES
from kiosk.rules.queries.markdown import shown as as_html
from kiosk.school import queries as school
from kiosk.steps import queries as steps

blueprint = Blueprint("rules", __name__, url_prefix="/rules")


@blueprint.get("/")
@requires(READ_RULES)
def index() -> str:
    """All rules, those that wait for something first."""
    today, who = school.today(), actor()
    found = [queries.Standing(one, today) for one in queries.rules()]
    found.sort(key=lambda one: (one.state == "in_force", one.rule.team, one.rule.title))
    seen = [one for one in found if one.rule.versions or queries.may_write(who, one.rule)]
    return render_template(
        "office/rules/index.html",
        found=seen,
        waiting={one.rule.id: len(queries.unanswered(one.rule)) for one in seen},
        numbers=queries.numbers(one.rule.id for one in seen),
        may_begin=bool(_owners()),
    )


def _owners() -> list[tuple[str, str]]:
    """Whose rule one may begin."""
    who = actor()
    teams = [
        (one.name, one.name) for one in queries.teams(school.today()) if queries.may_begin(who, one.name)
    ]
    return [("", str(_("Whole school"))), *teams] if account().may(WRITE_RULES) else teams


@blueprint.route("/new", methods=["GET", "POST"])
@requires(READ_RULES)
def new() -> Answer | Response:
    """Begin a rule: with a Word file, with a text that is pasted, or with nothing."""
    owners = _owners()
    if not owners:
        raise Forbidden
    form = BringForm(data={"team": request.args.get("team", "")})
    form.team.choices = choices(owners)
    if saved := save(form, lambda: brought(form.file.data, form.pasted.data)):
        if saved.result:
            known = {"title": form.title.data, "team": form.team.data, "slug": form.slug.data}
            return redirect(url_for(".preview", digest=saved.result, name=file_name(form.file.data), **known))
        if begun := save(form, lambda: _begin(form, [])):
            return done(
                _("Begun. Write the first article."),
                url_for("office.rules_text.text", number=begun.result.id),
            )
    return page(render_template("office/rules/new.html", form=form), form)


def _begin(form: BringForm | ConfirmForm, parts: list[services.Part]) -> Rule:
    return services.begin(
        by=actor(),
        title=form.title.data or "",
        team=form.team.data or "",
        slug=form.slug.data or "",
        parts=parts,
    )


@blueprint.route("/new/<digest>", methods=["GET", "POST"])
@requires(READ_RULES)
def preview(digest: str) -> Answer:
    """What became of a file: which line is which article, what was not understood. One click begins it."""
    owners = _owners()
    if not owners:
        raise Forbidden
    found = reading_of(digest, request.args.get("name", ""))
    known = {name: request.args.get(name, "") for name in ("title", "team", "slug")}
    form = ConfirmForm(data={**known, "title": known["title"] or found.title})
    form.team.choices = choices(owners)
    if begun := save(form, lambda: _begin(form, found.plain)):
        message = _(
            "Taken in: %(n)s articles. Nobody but you and other writers sees it yet.", n=found.articles
        )
        return done(message, url_for(".show", number=begun.result.id))
    text = render_template(
        "office/rules/preview.html", found=found, labels=found.labels(), form=form, as_html=as_html
    )
    return page(text, form)


@blueprint.get("/<int:number>")
@requires(READ_RULES)
def show(number: int) -> Answer:
    """A rule: where it stands, and what comes next."""
    return shown(writable(number))


def shown(rule: Rule, **forms: Any) -> Answer:
    """The page of a rule, with the forms that came back."""
    today, who = school.today(), actor()
    way, standing = queries.on_its_way(rule), queries.Standing(rule, today)
    text = render_template(
        "office/rules/show.html",
        rule=rule,
        standing=standing,
        way=way,
        today=today,
        states=STATES,
        state_of=lambda one: queries.state(one, today),
        may_write=queries.may_write(who, rule),
        waiting=queries.unanswered(rule),
        stale=len(queries.stale(rule, drafted(rule))) if rule.draft else 0,
        may_repeal=bool(queries.in_force(rule, today)) and queries.coming(rule, today) is None,
        said=queries.number_on(way) if way else 0,
        consulted=queries.was_consulted(rule),
        earliest_end=queries.earliest_end(today),
        earliest_vote=queries.earliest_vote(way) if way else None,
        members=queries.members(),
        needed=queries.needed,
        vote=queries.vote_of(way) if way else None,
        may_vote=account().may(VOTE_RULES),
        approval=steps.running(services.subject_of(rule)) if rule.team else None,
        me=who.person,
        **_forms(rule, forms),
    )
    return page(text, *forms.values())


def _forms(rule: Rule, sent: dict[str, Any]) -> dict[str, Any]:
    earliest = queries.earliest_end(school.today())
    until = earliest.isoformat() if earliest else ""
    return {
        "consult_form": ConsultForm(formdata=None, data={"until": until}),
        "prolong_form": ProlongForm(formdata=None),
        "freeze_form": FreezeForm(formdata=None),
        "repeal_form": RepealForm(formdata=None),
        "back_form": ReasonForm(formdata=None, prefix="back"),
        "withdraw_form": ReasonForm(formdata=None, prefix="withdraw"),
        "vote_form": vote_form(rule, fresh=True),
        "drop_form": ReasonForm(formdata=None, prefix="drop"),
        **sent,
    }


def vote_form(rule: Rule, *, fresh: bool = False) -> VoteForm:
    """The form of a vote with the roll of the council, and the hash of what is voted on."""
    way = queries.on_its_way(rule)
    data = {"hash": way.hash if way else "", "held_on": school.today().isoformat()}
    form = VoteForm(formdata=None, data=data) if fresh else VoteForm(data=data)
    form.present.choices = choices([(str(one.number), one.name) for one in queries.members()])
    return form


def _to(rule: Rule) -> str:
    return url_for(".show", number=rule.id)


@blueprint.post("/<int:number>/consult")
@requires(READ_RULES)
def consult(number: int) -> Answer:
    """Put the draft to consultation."""
    rule, form = writable(number), ConsultForm()
    until = UNTIL.read(form.until.data) if form.validate() else None
    if save(form, lambda: services.consult(by=actor(), rule=rule, until=until, why=form.why.data)):
        return done(_("In consultation: everybody can read it and have a say."), _to(rule))
    return shown(rule, consult_form=form)


@blueprint.post("/<int:number>/prolong")
@requires(READ_RULES)
def prolong(number: int) -> Answer:
    """Take opinions for longer."""
    rule, form = writable(number), ProlongForm()
    until = UNTIL.read(form.until.data) if form.validate() else None
    if save(form, lambda: services.prolong(by=actor(), rule=rule, until=until)):
        return done(_("Opinions are taken for longer."), _to(rule))
    return shown(rule, prolong_form=form)


@blueprint.post("/<int:number>/freeze")
@requires(READ_RULES)
def freeze(number: int) -> Answer:
    """Freeze the draft for the vote."""
    rule, form = writable(number), FreezeForm()
    since = SINCE.read(form.since.data) if form.validate() else None
    if save(form, lambda: services.freeze(by=actor(), rule=rule, why=form.why.data, since=since)):
        return done(_("Frozen: this text is decided about, byte for byte."), _to(rule))
    return shown(rule, freeze_form=form)


@blueprint.post("/<int:number>/repeal")
@requires(READ_RULES)
def repeal(number: int) -> Answer:
    """Propose that the rule ends."""
    rule, form = writable(number), RepealForm()
    since = REPEALED_FROM.read(form.since.data) if form.validate() else None
    if save(form, lambda: services.repeal(by=actor(), rule=rule, why=form.why.data, since=since)):
        return done(_("Proposed: it is in force until that is decided, and until its day."), _to(rule))
    return shown(rule, repeal_form=form)


@blueprint.post("/<int:number>/back")
@requires(READ_RULES)
def back(number: int) -> Answer:
    """Take a frozen text back to drafting."""
    rule, form = writable(number), ReasonForm(prefix="back")
    if save(form, lambda: services.send_back(by=actor(), rule=rule, reason=form.reason.data)):
        return done(
            _("Back in drafting. That it was frozen, and why it came back, stays in public."), _to(rule)
        )
    return shown(rule, back_form=form)


@blueprint.post("/<int:number>/withdraw")
@requires(READ_RULES)
def withdraw(number: int) -> Answer:
    """Withdraw the text on its way."""
    rule, form = writable(number), ReasonForm(prefix="withdraw")
    if save(form, lambda: services.withdraw(by=actor(), rule=rule, reason=form.reason.data)):
        return done(_("Withdrawn. Its address says why."), _to(rule))
    return shown(rule, withdraw_form=form)


@blueprint.post("/<int:number>/revise")
@requires(READ_RULES)
def revise(number: int) -> Response:
    """Begin a new version."""
    rule = writable(number)
    services.revise(by=actor(), rule=rule)
    return done(
        _("A new version is begun with the text as it stands."),
        url_for("office.rules_text.text", number=number),
    )


@blueprint.post("/<int:number>/drop")
@requires(READ_RULES)
def drop(number: int) -> Response:
    """Throw a draft away that nobody has seen."""
    rule = writable(number)
    services.drop(by=actor(), rule=rule)
    flash(_("The draft was thrown away."), "good")
    return redirect(_to(rule) if rule.versions else url_for(".index"))


@blueprint.post("/<int:number>/vote")
@requires(VOTE_RULES)
def vote(number: int) -> Answer:
    """Write down how the council voted."""
    rule = writable(number)
    form = vote_form(rule)
    held_on = HELD.read(form.held_on.data) if form.validate() else None
    if save(form, lambda: _vote(rule, form, held_on)):
        return done(
            _("Written down. It counts once another member who was there has confirmed it."), _to(rule)
        )
    return shown(rule, vote_form=form)


def _vote(rule: Rule, form: VoteForm, held_on: Any) -> Any:
    return services.record_vote(
        by=actor(),
        rule=rule,
        held_on=held_on,
        present=[int(one) for one in form.present.data or []],
        in_favour=form.in_favour.data,
        against=form.against.data,
        abstained=form.abstained.data,
        hash=form.hash.data or "",
    )


@blueprint.post("/<int:number>/vote/confirm")
@requires(VOTE_RULES)
def confirm(number: int) -> Response:
    """Say, as a member who was there, that the vote was so."""
    rule = writable(number)
    way = queries.on_its_way(rule)
    found = queries.vote_of(way) if way else None
    if found is None:
        raise NotFound
    services.confirm_vote(by=actor(), vote=found)
    said = _("Confirmed: approved.") if found.passed else _("Confirmed: not carried, and back in drafting.")
    return done(said, _to(rule))


@blueprint.post("/<int:number>/vote/drop")
@requires(VOTE_RULES)
def drop_vote(number: int) -> Answer:
    """Say that the vote was not so; it is written down anew."""
    rule, form = writable(number), ReasonForm(prefix="drop")
    way = queries.on_its_way(rule)
    found = queries.vote_of(way) if way else None
    if found is None:
        raise NotFound
    if save(form, lambda: services.drop_vote(by=actor(), vote=found, reason=form.reason.data)):
        return done(_("Taken back. Please write the vote down anew."), _to(rule))
    return shown(rule, drop_form=form)


@blueprint.get("/<int:number>/ballot")
@requires(READ_RULES)
def ballot(number: int) -> str:
    """The sheet for the session: what is voted on by its hash, the roll to sign, and room for the counts."""
    rule = writable(number)
    way = queries.on_its_way(rule)
    if way is None or not way.frozen_on:
        raise NotFound
    return render_template(
        "office/rules/ballot.html",
        rule=rule,
        this=way,
        members=queries.members(),
        needed=queries.needed(len(queries.members())),
        size="a4",
        **_address(way.rule.slug, way.number),
    )


def _address(slug: str, number: int) -> dict[str, Any]:
    base, path = current().public_url, url_for("rules.version", slug=slug, number=number)
    return {"address": base + path if base else None, "code": svg(base + path) if base else None}
