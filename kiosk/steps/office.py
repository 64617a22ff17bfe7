"""What waits for one's decision, each approval with all one needs to decide, and who signs meanwhile."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, url_for

from kiosk.auth.queries import account_named
from kiosk.auth.services import CodeRefused, use_code
from kiosk.core import clock, trace
from kiosk.core.db import transaction
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.errors import Conflict, Forbidden, Invalid
from kiosk.core.forms import at_field, choices
from kiosk.core.i18n import _, lazy, ngettext
from kiosk.core.security import requires
from kiosk.core.web import account, actor, own_transaction
from kiosk.persons.models import Person
from kiosk.persons.queries import aliases
from kiosk.steps import queries, services
from kiosk.steps.forms import APPROVE, AbsenceForm, DecisionForm, MinutesForm, minutes_form
from kiosk.steps.models import Approval, Delegation
from kiosk.steps.permissions import NAME_STAND_INS, OVERSEE_STEPS, USE_STEPS

blueprint = Blueprint("steps", __name__, url_prefix="/steps")
MOST = 60
"""So many that wait are listed at once, what waits longest first."""


@blueprint.get("/")
@requires(USE_STEPS)
def index() -> str:
    """What waits for one's decision, what one has proposed, and, for who oversees them, the others."""
    who = actor()
    mine = queries.waiting_for(who, MOST)
    known = {one.approval.id for one in mine}
    others = queries.all_waiting(MOST + len(known)) if account().may(OVERSEE_STEPS) else []
    others = [one for one in others if one.approval.id not in known][:MOST]
    return render_template(
        "office/steps/index.html",
        mine=mine,
        why=queries.why_proposed(one.approval for one in mine),
        proposed=queries.proposed_by(who),
        others=others,
        most=MOST,
        in_vain=_in_vain_among([one.approval.id for one in others]),
        stands_in_for=queries.delegations_to(aliases(account().person.number)),
        named_by_others=queries.named_by_others(account().person.number),
        title=queries.title_of,
        brief=queries.brief_of,
        at=clock.now(),
    )


def _in_vain_among(numbers: list[int]) -> set[int]:
    """Which of these approvals nobody is left to decide."""
    return {one.approval for one in queries.unmanned(Approval.id.in_(numbers))} if numbers else set()


@blueprint.get("/<int:approval_id>")
@requires(USE_STEPS)
def show(approval_id: int) -> Answer:
    """What is decided about, who signed, what comes next; with the buttons for who is asked."""
    return _page(_visible(approval_id))


def _visible(approval_id: int) -> Approval:
    """An approval that the account may see; Forbidden for anybody else."""
    found = queries.approval(approval_id)
    if not (account().may(OVERSEE_STEPS) or queries.may_see(actor(), found)):
        raise Forbidden
    return found


def _page(found: Approval, form: DecisionForm | None = None, minutes: MinutesForm | None = None) -> Answer:
    forms = [one for one in (form, minutes) if one is not None]
    return page(_render(found, form, minutes), *forms)


def _render(found: Approval, form: DecisionForm | None, minutes: MinutesForm | None) -> str:
    now = queries.standing(found)
    voice = queries.voice_for(now.asked.level, found, queries.voices(actor())) if now.asked else None
    form = form or DecisionForm(formdata=None)
    minutes = minutes or _minutes_form(found, formdata=None)
    return render_template(
        "office/steps/show.html",
        approval=found,
        now=now,
        voice=voice,
        due=queries.due_of(found),
        has_a_part=bool(now.asked) and voice is None and queries.has_a_say(actor(), found),
        ladder=queries.ladder_of(found),
        title=queries.title_of(found),
        words_of=queries.words_of,
        at=clock.now(),
        why=queries.why_proposed([found]).get(found.id),
        history=queries.history(found),
        in_vain=_in_vain(found),
        needs_code=services.needs_code(found),
        has_code=account().totp_secret is not None,
        form=form,
        minutes=minutes,
    )


def _in_vain(found: Approval) -> bool:
    """Whether somebody who could name a stand-in is told that nobody is left to decide it."""
    may = account().may(NAME_STAND_INS)
    return may and bool(queries.unmanned(Approval.id == found.id))


def _minutes_form(found: Approval, **options: Any) -> MinutesForm | None:
    """The form of who can enter the minutes of the collective that is asked now."""
    if not services.may_enter_minutes(actor(), found):
        return None
    return minutes_form(queries.could_decide(found))(**options)


@blueprint.post("/<int:approval_id>/decide")
@requires(USE_STEPS)
@own_transaction
def decide(approval_id: int) -> Answer:
    """Approve, or send back; then the next that waits. A wrong code is counted, whatever else happens."""
    found, form = _visible(approval_id), DecisionForm()
    try:
        if saved := save(form, lambda: _decide(found, form)):
            return _next(_("Your decision was stored: %(state)s.", state=saved.result.state_label))
    except Conflict as problem:
        return _told(approval_id, problem, form)
    return _page(queries.approval(approval_id), form)


def _told(approval_id: int, problem: Conflict, form: Any = None, minutes: Any = None) -> Answer:
    """The page as it stands now, with what kept the decision from being stored: a change meanwhile, or what
    its room refused to carry out."""
    found = queries.approval(approval_id)
    if minutes is not None and _minutes_form(found, formdata=None) is None:
        form, minutes = DecisionForm(formdata=None), None  # no collective is asked any more
    at_field(minutes or form, problem)
    return _render(found, form, minutes), problem.status


def _next(said: str) -> Answer:
    """To what waits for the decider next, or to all approvals."""
    waiting = queries.waiting_for(actor(), MOST)
    if not waiting:
        return done(said, url_for(".index"))
    more = ngettext("%(num)s more waits for you", "%(num)s more wait for you", len(waiting))
    return done(f"{said} {more}", url_for(".show", approval_id=waiting[0].approval.id))


def _decide(found: Approval, form: DecisionForm) -> Approval:
    approval_id, who, approves = found.id, actor(), form.decision.data == APPROVE

    def decidable() -> None:
        services.authority(who, found, form.seen, confirmed=True)

    confirmed = services.needs_code(found) and _confirm(form, decidable)
    with transaction(), trace.required():
        found = queries.approval(approval_id)
        services.decide(
            by=who,
            approval=found,
            approves=approves,
            why=str(form.comment.data or ""),
            seen=form.seen,
            confirmed=confirmed,
        )
    return found


def _confirm(form: DecisionForm | MinutesForm, check: Callable[[], None]) -> bool:
    """Spend the code; what would be refused anyhow spends none. Invalid for a wrong one."""
    who = actor()
    check()
    if account().totp_secret is None:
        raise services.CodeNeeded(lazy("This decision needs a second factor; please set yours up first."))
    with transaction():
        own = account_named(who.account)
        fits = own is not None and use_code(account=own, code=str(form.code.data or ""))
    if not fits:
        raise Invalid(CodeRefused.message, field="code")
    return True


@blueprint.post("/<int:approval_id>/minutes")
@requires(USE_STEPS)
@own_transaction
def minutes(approval_id: int) -> Answer:
    """Enter how the collective that is asked decided in a meeting."""
    found = _visible(approval_id)
    form = _minutes_form(found)
    if form is None:
        services.refuse_minutes(actor(), found)
        raise Forbidden
    try:
        if saved := save(form, lambda: _enter_minutes(found, form)):
            return _next(_("The minutes were entered: %(state)s.", state=saved.result.state_label))
    except Conflict as problem:
        return _told(approval_id, problem, minutes=form)
    return _page(queries.approval(approval_id), minutes=form)


def _enter_minutes(found: Approval, form: MinutesForm) -> Approval:
    approval_id, who = found.id, actor()
    told = {"roll": form.roll, "met_on": form.met_on.data, "minutes": form.minutes.data, "seen": form.seen}

    def enterable() -> None:
        services.check_minutes(by=who, approval=found, **told)

    confirmed = services.needs_code(found) and _confirm(form, enterable)
    with transaction(), trace.required():
        found = queries.approval(approval_id)
        services.enter_minutes(by=who, approval=found, confirmed=confirmed, **told)
    return found


@blueprint.route("/absences", methods=["GET", "POST"])
@requires(USE_STEPS)
def absences() -> Answer:
    """One's own absences, and who signs meanwhile; whoever may name somebody for others does it here."""
    form, person, for_others = AbsenceForm(), account().person.number, account().may(NAME_STAND_INS)
    others = queries.absentees(person) if for_others else []
    form.absent.choices = choices([("", _("I myself")), *((str(one.id), _absent(one)) for one in others)])
    known = [(str(one.id), one.name) for one in queries.stand_ins(person)]
    mine = [(str(person), account().name)] if for_others else []
    form.stand_in.choices = choices([("", _("Please choose")), *known, *mine])
    if save(form, lambda: _delegate(form)):
        return done(_("Noted. Whoever stands in sees what waits meanwhile."), url_for(".absences"))
    made, named = queries.delegations_of(person), queries.named_for_others() if for_others else []
    text = render_template(
        "office/steps/absences.html",
        form=form,
        for_others=for_others,
        delegations=made,
        named=named,
        why=queries.why_absent([*made, *named]),
        is_over=queries.is_over,
    )
    return page(text, form)


def _absent(person: Person) -> str:
    """A person's name; of who left, that."""
    return person.name if person.active else str(_("%(name)s (has left)", name=person.name))


def _delegate(form: AbsenceForm) -> Delegation:
    absent = int(form.absent.data) if form.absent.data else None
    return services.delegate(by=actor(), **form.values(stand_in=int(form.stand_in.data), absent=absent))


@blueprint.post("/absences/<int:delegation_id>/end")
@requires(USE_STEPS)
def end(delegation_id: int) -> Answer:
    """End an absence early: one's own, or one that was named for somebody else."""
    services.end_delegation(by=actor(), delegation=queries.delegation(delegation_id))
    return done(_("Ended. Nobody signs on behalf of whoever was absent any more."), url_for(".absences"))
