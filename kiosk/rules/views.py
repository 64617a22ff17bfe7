"""Public pages: all rules by how they stand, a version with what was said on it, what changed, posters."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from kiosk.cases.services import Masked
from kiosk.chain import queries as chain
from kiosk.core import feeds
from kiosk.core.config import current
from kiosk.core.edit import save
from kiosk.core.errors import NotFound
from kiosk.core.formats import whole
from kiosk.core.forms import choices
from kiosk.core.i18n import _
from kiosk.core.qr import svg
from kiosk.core.security import derived_key, encode, mac, sign, unsign
from kiosk.core.web import csrf
from kiosk.postings import queries as postings
from kiosk.rules import queries, services
from kiosk.rules.forms import OpinionForm, targets
from kiosk.rules.kind import POSTED_RULES
from kiosk.rules.models import BOARD, STATES, Rule, RuleVersion
from kiosk.rules.queries.markdown import shown as as_html
from kiosk.rules.refusals import Closed, TooMany
from kiosk.school import queries as school
from kiosk.school.settings import INSTANCE_ID

blueprint = Blueprint("rules", __name__)

AT_ONCE = 50
"""So many chapters and articles stand on a page."""
RULES_AT_ONCE = 100
COOKIE = "voice"
"""Where a browser keeps the secret from which its pseudonyms come; nothing of it is stored here."""
NINETY_DAYS = 90 * 24 * 3600
SIZES = ("a4", "a3")
MOST_ENTRIES = 50


@blueprint.get("/rules/")
def index() -> str:
    """All rules: what is in consultation first, then what is in force; and those that are posted; ?page=."""
    today = school.today()
    every = queries.listed(queries.rules(), today)
    pages = max(1, -(-len(every) // RULES_AT_ONCE))
    page = min(max(whole(request.args.get("page")) or 1, 1), pages)
    found = every[(page - 1) * RULES_AT_ONCE : page * RULES_AT_ONCE]
    return render_template(
        "rules/index.html",
        found=found,
        numbers={one.rule.id: queries.number_on(one.on_its_way) for one in found if one.on_its_way},
        posted=_posted() if page == pages else [],
        page=page,
        pages=pages,
        today=today,
    )


def _posted() -> list[postings.Posted]:
    """The rules that are posted as a text or a link and not withdrawn, on the board still or not."""
    found, page, more = [], 1, True
    while more:
        some, more = postings.recent([POSTED_RULES], 200, page=page)
        found += some
        page += 1
    return [one for one in found if not one.posting.withdrawal]


@blueprint.get("/rules/<slug>")
def rule(slug: str) -> Response:
    """The version of a rule that is in force; where none is, the one on its way."""
    found = queries.rule_called(slug)
    return _page(found, queries.shown(found, school.today()))


@blueprint.get("/rules/<slug>/<int:number>")
def version(slug: str, number: int) -> Response:
    """A version; ?against=2 shows what changed since that one."""
    found = queries.rule_called(slug)
    this = queries.version(found, number)
    if "against" in request.args:
        return _compared(found, this, queries.version(found, whole(request.args["against"]) or 0))
    return _page(found, this)


def _compared(found: Rule, this: RuleVersion, other: RuleVersion) -> Response:
    """What changed from the earlier of two versions to the later one."""
    old, new = sorted((other, this), key=lambda one: one.number)
    changed = queries.changes(queries.items(old), queries.items(new))
    text = render_template(
        "rules/compare.html",
        rule=found,
        other=old,
        changed=[one for one in changed if one.is_changed or one.is_renumbered],
        same=sum(not one.is_changed and not one.is_renumbered for one in changed),
        title=queries.pieces(old.title, new.title),
        **_words(new),
    )
    return make_response(text)


@dataclass(frozen=True)
class Shown:
    """What of a version a page shows: some of its items, and what was said on one of them or on all."""

    text: tuple[queries.Numbered, ...]
    items: Sequence[queries.Numbered]
    page: int
    pages: int
    article: str | None
    counts: dict[str, int]
    whole: int
    opinions: queries.Page


def _shown(found: Rule, this: RuleVersion) -> Shown:
    text = queries.items(this)
    article = request.args.get("article")
    if article and queries.find(text, article) is None:
        carriers = queries.carriers(text, article)
        article = carriers[0].item.key if carriers else article
    pages = max(1, -(-len(text) // AT_ONCE))
    page = whole(request.args.get("page")) or _page_of(text, article)
    page = min(max(page, 1), pages)
    by_key = queries.counts(found)
    return Shown(
        text=text,
        items=text[(page - 1) * AT_ONCE : page * AT_ONCE],
        page=page,
        pages=pages,
        article=article,
        counts=queries.counts_on(text, by_key),
        whole=by_key[queries.WHOLE],
        opinions=queries.said(
            found, found.versions[-1], text, article=article, page=whole(request.args.get("said")) or 1
        ),
    )


def _page_of(text: Sequence[queries.Numbered], article: str | None) -> int:
    at = next((at for at, one in enumerate(text) if one.item.key == article), 0)
    return at // AT_ONCE + 1


def _page(found: Rule, this: RuleVersion, form: OpinionForm | None = None, status: int = 200) -> Response:
    shown = _shown(found, this)
    page = render_template(
        "rules/rule.html",
        rule=found,
        shown=shown,
        form=form or _form(this, shown.article),
        takes=queries.takes_opinions(this, school.today()),
        taking=next((one for one in [queries.on_its_way(found)] if one and one is not this), None),
        in_force=queries.in_force(found, school.today()),
        vote=queries.vote_of(this),
        superseded_on=queries.superseded_on(this),
        ends=_ends(found, this),
        as_html=as_html,
        **_words(this),
    )
    answer = make_response(page, status)
    if this.ended_how == "withdrawn" and status == 200:
        answer.status_code = 410
    return answer


def _ends(found: Rule, this: RuleVersion) -> RuleVersion | None:
    """The decision by which a text ends, taken already: from its day on, or coming."""
    today = school.today()
    ends = queries.repealed(found, today) or queries.coming(found, today)
    return ends if ends and ends.repeals == this.number else None


def _words(this: RuleVersion) -> dict[str, Any]:
    today = school.today()
    return {
        "this": this,
        "today": today,
        "state": queries.state(this, today),
        "states": STATES,
        "state_of": partial(queries.state, day=today),
        "changed_by": queries.changed_by,
    }


def _form(this: RuleVersion, article: str | None = None) -> OpinionForm:
    form = OpinionForm(data={"article": article or "", "way": request.args.get("way", "")})
    form.article.choices = choices(targets(queries.items(this)))
    return form


@blueprint.post("/rules/<slug>/opinions")
def say(slug: str) -> AnyResponse:
    """Say something (`article`, `text`). What cannot be taken comes back as typed, masked if need be."""
    found = queries.rule_called(slug)
    this = queries.on_its_way(found) or queries.shown(found, school.today())
    form = _form(this)
    form.sent.data = form.token() or secrets.token_urlsafe(16)
    browser, cookie = _browser(form.sent.data)
    try:
        saved = save(form, lambda: _hand_in(this, form, browser))
    except (Closed, TooMany) as problem:
        return _again(found, this, form, problem.status, str(problem))
    if saved is None and not queries.takes_opinions(this, school.today()):
        return _again(found, this, form, Closed.status, str(services.closed(this)))
    if saved is None:
        return _again(found, this, form, 422)
    said = saved.result
    flash(
        _(
            "Thank you. It stands below as opinion no. %(n)s; the answer comes there, too.",
            n=said.opinion.number,
        )
        if said.is_new
        else _("You have said this already; it stands here once."),
        "good",
    )
    key = said.opinion.article
    address = url_for(
        ".version",
        slug=slug,
        number=this.number,
        article=key or None,
        _anchor=f"opinion-{said.opinion.number}",
    )
    answer = redirect(address, 303)
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    answer.set_cookie(
        COOKIE, cookie, max_age=NINETY_DAYS, path="/rules", httponly=True, samesite="Lax", secure=secure
    )
    return answer


csrf.exempt(say)  # the form asks for its token itself, so that what was typed comes back without one


def _hand_in(this: RuleVersion, form: OpinionForm, browser: str) -> services.Handed:
    channel = BOARD if form.way.data == BOARD else ""
    try:
        return services.say(
            version=this, article=form.article.data, text=form.text.data, browser=browser, channel=channel
        )
    except Masked as problem:
        form.text.data = problem.masked
        raise


def _browser(sent: str) -> tuple[str, str]:
    """The browser's secret and the cookie that keeps it; a new one's comes from the form that it sent."""
    try:
        raw = unsign(COOKIE, request.cookies.get(COOKIE, ""))
    except ValueError:
        raw = mac(derived_key("voice"), sent)
    return encode(raw), sign(COOKIE, raw)


def _again(found: Rule, this: RuleVersion, form: OpinionForm, status: int, problem: str = "") -> Response:
    page = render_template("rules/say.html", rule=found, this=this, form=form, problem=problem)
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    if status == TooMany.status:
        answer.headers["Retry-After"] = str(TooMany.retry_after)
    return answer


@blueprint.get("/rules/<slug>/<int:number>/poster")
def poster(slug: str, number: int) -> str:
    """A version as a sheet for the wall, A4 or A3."""
    found = queries.rule_called(slug)
    this = queries.version(found, number)
    path = url_for(".version", slug=slug, number=number)
    return render_template(
        "rules/poster.html",
        rule=found,
        items=queries.items(this),
        as_html=as_html,
        **_sheet(path),
        **_words(this),
    )


@blueprint.get("/rules/<slug>/form")
def form(slug: str) -> str:
    """The form on which opinions are written by hand, to be printed."""
    found = queries.rule_called(slug)
    this = queries.on_its_way(found)
    if this is None or not queries.takes_opinions(this, school.today()):
        raise NotFound
    path = url_for(".version", slug=slug, number=this.number)
    return render_template("rules/form.html", rule=found, **_sheet(path), **_words(this))


def _sheet(path: str) -> dict[str, Any]:
    """What every sheet bears: where it can be looked up, and the head of the record."""
    base, wanted = current().public_url, request.args.get("size", "")
    return {
        "size": wanted if wanted in SIZES else SIZES[0],
        "sizes": SIZES,
        "address": base + path if base else None,
        "code": svg(base + path) if base else None,
        "head": chain.head(),
        "record_url": base + url_for("chain.index") if base else None,
    }


@blueprint.get("/feeds/rules.atom")
def feed() -> Response:
    """What was put to consultation, frozen and approved, and rules that are posted, as an Atom feed."""
    versions = [one for rule in queries.rules() for one in rule.versions]
    versions.sort(key=lambda one: one.published_at, reverse=True)
    posted, _more = postings.recent([POSTED_RULES], MOST_ENTRIES, page=1)
    moments = [*(one.published_at for one in versions), *(one.updated_at for one in posted)]
    text = render_template(
        "rules/feed.xml",
        versions=versions[:MOST_ENTRIES],
        posted=posted,
        state_of=partial(queries.state, day=school.today()),
        states=STATES,
        urn=partial(feeds.urn, school.settings()[INSTANCE_ID]),
        base=current().public_url or "",
        updated=max(moments, default=None),
    )
    return feeds.answer(text)
