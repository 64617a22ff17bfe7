"""The office's pages of rounds: today, the calendar, a round, what was found, order at a counter."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.attachments.queries import attachment
from kiosk.auth.models import ROLES
from kiosk.cases import queries as cases
from kiosk.core import actor as core
from kiosk.core import downloads
from kiosk.core.actor import SCHOOL
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.errors import Forbidden
from kiosk.core.formats import whole
from kiosk.core.i18n import _
from kiosk.core.security import SOMEWHERE, requires
from kiosk.core.web import account, actor
from kiosk.counters import queries as counters
from kiosk.inspections import queries, services
from kiosk.inspections.forms import SeenForm
from kiosk.inspections.models import PRESENCES, WHY_NOT, Finding, RoundMade
from kiosk.inspections.months import a_year, first_of_month, month_links, month_of, year_of, years
from kiosk.inspections.permissions import PLAN_ROUNDS, SEE_ROUNDS, WALK_ROUNDS
from kiosk.inspections.queries import Entry
from kiosk.school import queries as school

blueprint = Blueprint("inspections", __name__, url_prefix="/inspections")

LOOK_BACK = 7
"""Missed rounds of so many days stand on the first page."""
ORDER_DAYS = 30
A_PAGE = 30
LEAST_RATED = 5
"""Below so many ratings that name order a day does not tell them."""
MOST_SHOWN = 8
"""So many open findings stand on the first page, the oldest first."""


@blueprint.get("/")
@requires(WALK_ROUNDS)
def index() -> str:
    """Today's rounds, one's own first; what was missed; what is open."""
    who, today = actor(), school.today()
    entries = [one for one in queries.today_entries() if _concerns(one)]
    missed = [one for one in queries.missed(LOOK_BACK) if one.occurrence.day < today and _concerns(one)]
    found = [one for one in queries.open_findings() if queries.may_see(who, one)]
    return render_template(
        "office/inspections/index.html",
        entries=entries,
        missed=missed,
        findings=_told(found[:MOST_SHOWN]),
        open_number=len(found),
        plans=account().may(PLAN_ROUNDS),
        sees=account().may_somewhere(SEE_ROUNDS),
        has_plans=bool(queries.plans()),
        may_walk=lambda one: queries.may_walk(who, one.version, one.day),
        is_own=lambda one: queries.is_ones_own(who, one.version, one.day),
        who_label=lambda version: queries.who_label(version, ROLES),
        counters=[one for one in counters.counters() if one.kind == "hot_water"],
        **_words(),
    )


def _concerns(entry: Entry) -> bool:
    """Whether a round is shown to whoever is signed in: one's own, or of a place that one sees."""
    version, who = entry.occurrence.version, actor()
    sees = who.may(SEE_ROUNDS, queries.place_of_plan(version)) or who.may(SEE_ROUNDS, SCHOOL)
    return sees or queries.is_ones_own(who, version, entry.occurrence.day)


def _words() -> dict[str, Any]:
    return {
        "place_label": cases.labels(),
        "slot_label": queries.slot_label,
        "states": queries.STATES,
        "standings": queries.STANDINGS,
        "presences": PRESENCES,
        "why_not": WHY_NOT,
    }


def _told(found: list[Finding]) -> list[dict[str, Any]]:
    words = queries.words_of(found)
    own, _held = cases.numbers(actor()), queries.cases_of(found)
    return [
        {
            "finding": one,
            "words": words[one.id],
            "short": words[one.id].removeprefix(f"{one.line.text}：") or one.line.text,
            "standing": queries.standing(one),
            "case": queries.case_of(one),
            "is_own": bool(queries.menders(one) & own),
        }
        for one in found
    ]


@blueprint.get("/calendar")
@requires(SEE_ROUNDS, SOMEWHERE)
def calendar() -> str:
    """A month of all plans, each day with the round that was made."""
    first = first_of_month(request.args.get("month"))
    who = actor()
    rows = [
        one
        for one in month_of(first)
        if who.may(SEE_ROUNDS, SCHOOL) or who.may(SEE_ROUNDS, queries.place_of_plan(one.version))
    ]
    return render_template(
        "office/inspections/calendar.html", first=first, rows=rows, **month_links(first), **_words()
    )


def _at_plan(number: int) -> core.Place:
    return queries.place_of_plan(queries.current(queries.plan(number)))


@blueprint.get("/calendar/<int:number>")
@requires(SEE_ROUNDS, _at_plan)
def year(number: int) -> str:
    """A plan through a year, and its last rounds with how long each took."""
    found = queries.plan(number)
    wanted = a_year(found, request.args.get("year"))
    return render_template(
        "office/inspections/year.html",
        found=year_of(found, wanted),
        year=wanted,
        years=years(found),
        rounds=queries.rounds_of(number),
        who=queries.who_label(queries.current(found), ROLES),
        **_words(),
    )


def _may_see(made: RoundMade) -> bool:
    who, checked = actor(), made.checked
    at = queries.place_of(checked)
    own = checked.person.number in cases.numbers(who)
    return own or who.may(SEE_ROUNDS, at) or who.may(SEE_ROUNDS, SCHOOL)


@blueprint.get("/<int:number>")
@requires(WALK_ROUNDS)
def show(number: int) -> str:
    """A round: who, where, when begun, sent, how long, how presence is known; each line; what was found."""
    made = queries.round_made(number)
    if not _may_see(made):
        raise Forbidden
    checked = made.checked
    found = queries.findings_of([number]).get(number, [])
    rest = {"first": checked.day, "last": checked.day}
    return render_template(
        "office/inspections/show.html",
        made=made,
        checked=checked,
        answers={one.key: one for one in checked.answers},
        found={one["finding"].key: one for one in _told(found)},
        results=queries.results([checked]),
        order=_order(checked.counter, **rest) if checked.counter else [],
        received_day=school.local(checked.received_at).date(),
        plain=queries.plain,
        **_words(),
    )


def _order(code: str, first: Any, last: Any) -> list[dict[str, Any]]:
    """Order at a counter by day: what rounds counted, beside what raters said of it."""
    if queries.ORDER not in {one.code for one in counters.reasons(counters.counter(code).kind)}:
        return []
    rated = queries.ratings_of_order(counters.counter(code), first, last)
    days = {one.day: one for one in queries.order_days(code, first, last)}
    return [
        {"day": day, "seen": days.get(day), "rated": rated.get(day)}
        for day in sorted(
            {*days, *(day for day, one in rated.items() if one.total >= LEAST_RATED)}, reverse=True
        )
    ]


def _at_counter(code: str) -> core.Place:
    return counters.place_of(counters.counter(code))


@blueprint.get("/order/<code>")
@requires(SEE_ROUNDS, _at_counter)
def order(code: str) -> str:
    """Order at a counter in the last weeks: the queue and the wait that rounds saw, beside the ratings."""
    today = school.today()
    return render_template(
        "office/inspections/order.html",
        counter=counters.counter(code),
        days=_order(code, today - timedelta(days=ORDER_DAYS), today),
        least=queries.LEAST_ANSWERS,
        plain=queries.plain,
    )


@blueprint.get("/findings")
@requires(WALK_ROUNDS)
def findings() -> str:
    """What was found: open, put right, confirmed; ?page= of what is open."""
    who = actor()
    found = [one for one in queries.open_findings() if queries.may_see(who, one)]
    pages = max(1, -(-len(found) // A_PAGE))
    page = min(max(1, whole(request.args.get("page")) or 1), pages)
    return render_template(
        "office/inspections/findings.html",
        open=_told(found[(page - 1) * A_PAGE : page * A_PAGE]),
        number=len(found),
        page=page,
        pages=pages,
        closed=_told([one for one in queries.seen_findings() if queries.may_see(who, one)]),
        **_words(),
    )


def _finding(number: int) -> Finding:
    found = queries.finding(number)
    if not queries.may_see(actor(), found):
        raise Forbidden
    return found


@blueprint.get("/findings/<int:number>")
@requires(WALK_ROUNDS)
def finding(number: int) -> Answer:
    """Something that was found: its photos, all that was said of it, and what can be said now."""
    return _finding_page(_finding(number), SeenForm())


def _finding_page(found: Finding, form: SeenForm) -> Answer:
    text = render_template(
        "office/inspections/finding.html",
        told=_told([found])[0],
        found=found,
        photos=queries.photos(found),
        said=queries.said_of(found),
        may_mend=queries.may_mend(actor(), found),
        form=form,
        sees_case=bool((case := queries.case_of(found)) and cases.may_see(actor(), case)),
        **_words(),
    )
    return page(text, form)


@blueprint.post("/findings/<int:number>/<any(mend, still, verify):verb>")
@requires(WALK_ROUNDS)
def act(number: int, verb: str) -> Answer:
    """Say that it was put right, is still so, or that one has seen it put right. 403 for who put it right."""
    found, form = _finding(number), SeenForm()
    acts: dict[str, Callable[..., None]] = {
        "mend": services.mend,
        "still": services.still,
        "verify": services.verify,
    }
    said = {
        "mend": _("Noted. Somebody else has to confirm it now."),
        "still": _("Noted: it is still so."),
        "verify": _("Confirmed. It is closed."),
    }
    if save(form, lambda: acts[verb](by=actor(), finding=found, text=form.text.data or "")):
        return done(said[verb], url_for(".finding", number=number))
    return _finding_page(found, form)


@blueprint.get("/findings/<int:number>/photos/<int:photo_id>")
@requires(WALK_ROUNDS)
def photo(number: int, photo_id: int) -> Response:
    """A picture of what was found, for whoever reads of it."""
    found = _finding(number)
    one, data = attachment(photo_id, f"finding:{found.id}")
    return downloads.answer(data, one.media_type, f"finding-{number}-{one.id}")
