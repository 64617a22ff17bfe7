"""Daily control in the office: the day in two taps, the list, what was found, the week and the month."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, flash, jsonify, render_template, request, url_for

from kiosk.cases import queries as cases
from kiosk.core import clock
from kiosk.core.actor import Place
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.errors import Invalid, NotFound
from kiosk.core.field import Day
from kiosk.core.formats import whole
from kiosk.core.i18n import _, lazy, ngettext
from kiosk.core.pictures import MOST_BYTES
from kiosk.core.security import requires
from kiosk.core.web import actor, wants_json
from kiosk.core.web.navigation import below
from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen
from kiosk.inspections import queries as inspections
from kiosk.inspections import services as inspecting
from kiosk.inspections.models import FINDING
from kiosk.inspections.queries import Line
from kiosk.inspections.services import Filled
from kiosk.kitchen import queries, services
from kiosk.kitchen.doors import at_canteen, canteens_for, day_of, gate
from kiosk.kitchen.forms import ControlForm, ListForm, ReviewForm, SeenForm
from kiosk.kitchen.models import MONTH, WEEK
from kiosk.kitchen.permissions import CONFIRM_FINDINGS, CONTROL_DAILY, SEE_KITCHEN
from kiosk.kitchen.photos import photos, with_photos
from kiosk.school import queries as school

blueprint = Blueprint("daily_control", __name__, url_prefix="/kitchen/control")
blueprint.before_request(gate(queries.DAILY_CONTROL))
blueprint.before_request(below("office.kitchen.index"))

LONGEST = timedelta(hours=12)
"""A page that was open for longer says nothing of how long it took."""
BLANK_LINES = 3


@blueprint.get("/")
@requires(SEE_KITCHEN)
def index() -> str:
    """The last weeks, canteen by canteen; what is found and open; weeks and months to sign."""
    today = school.today()
    first = today - timedelta(days=today.weekday() + 21)
    mine = canteens_for(SEE_KITCHEN)
    return render_template(
        "office/kitchen/control.html",
        today=today,
        canteens=[(one, queries.weeks(queries.days(one, first, today), first)) for one in mine],
        open=[(one, inspections.open_findings(queries.subject(one))) for one in mine],
        words=inspections.words_of,
        standing=inspections.standing,
        finding_words=queries.FINDING_WORDS,
        periods=_periods(mine),
        may_control=lambda one: actor().may(CONTROL_DAILY, Place(canteen=one.code)),
        may_confirm=lambda one: actor().may(CONFIRM_FINDINGS, inspections.place_of(one.checked)),
        states=queries.CONTROL_STATES,
    )


def _periods(mine: list[Canteen]) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """The weeks and months that can be signed or were, the newest first."""
    today = school.today()
    found = []
    for kind, number in ((WEEK, 4), (MONTH, 2)):
        periods = queries.past_periods(kind, today, number)
        known = queries.signed(kind, periods)
        rows = [
            (one, period, known.get((one.id, period)))
            for period in periods
            for one in mine
            if queries.is_asked(one, kind, period)
        ]
        found.append((kind, rows))
    return found


@blueprint.route("/<canteen>/<day>", methods=["GET", "POST"])
@requires(CONTROL_DAILY, at_canteen)
@with_photos
def control(canteen: str, day: str) -> Answer:
    """The control of a day: nothing found in one tap, or what was found, line by line.

    A phone that kept it asks for JSON: {url}, however often it sends it; 409 with other content, 422.
    """
    where, of, form = counters.canteen(canteen), day_of(day), ControlForm()
    if form.is_submitted() and wants_json():
        filled = _controlled(where, of, form)
        if filled.is_new:
            flash(_told(filled), "good")
        return jsonify(url=url_for("office.kitchen.index"))
    if not form.is_submitted():
        version = queries.list_of(where)
        form.id.data, form.begun.data = str(uuid4()), clock.now().isoformat(timespec="seconds")
        form.version.data = str(version.version if version else 1)
    if saved := save(form, lambda: _controlled(where, of, form)):
        return done(_told(saved.result), url_for("office.kitchen.index"))
    return page(_control_page(where, of, form), form)


def _told(filled: Filled) -> str:
    number = len(inspections.findings_of([filled.checked.id]).get(filled.checked.id, []))
    said = ngettext(
        "Entered: %(num)s finding, which has an owner now.",
        "Entered: %(num)s findings, which have owners now.",
        number,
    )
    return str(said) if number else _("Entered: nothing found.")


def _control_page(where: Canteen, of: date, form: ControlForm) -> str:
    version = queries.list_of(where)
    return render_template(
        "office/kitchen/control_day.html",
        canteen=where,
        day=of,
        form=form,
        sent=request.form,
        version=version,
        lines=queries.lines_of(where),
        standing=queries.day_of(where, of),
        open=inspections.open_findings(queries.subject(where)),
        words=inspections.words_of,
        finding_state=inspections.standing,
        finding_words=queries.FINDING_WORDS,
        is_today=of == school.today(),
        post_of=queries.post_of,
        most_photo=MOST_BYTES,
    )


def _controlled(where: Canteen, of: date, form: ControlForm) -> Filled:
    seen = whole(form.version.data)
    lines = queries.lines_of(where, seen)
    found = {
        line.key: inspecting.Answer(
            FINDING,
            _tenths(line),
            request.form.get(f"words-{line.key}", ""),
            photos(f"photo-{line.key}"),
        )
        for line in lines
        if f"found-{line.key}" in request.form
    }
    if request.form.get("then") == "nothing" and found:
        raise Invalid(lazy("You ticked that something was found: please enter it, or take the tick away."))
    numbers = {line.key: number for line in lines if (number := _tenths(line)) is not None}
    if request.form.get("then") == "found" and not (found or numbers):
        raise Invalid(lazy("Please tick the line at which something was found."))
    begun, ended = _times(form)
    return services.control(
        by=actor(),
        canteen=where,
        day=of,
        found=found,
        numbers=numbers,
        begun_at=begun,
        ended_at=ended,
        seen=seen,
        id=_uuid(form.id.data),
    )


def _tenths(line: Line) -> int | None:
    text = request.form.get(f"number-{line.key}", "").strip()
    return inspections.tenths_of(text, line.key) if text and line.kind == inspections.NUMBER else None


def _times(form: ControlForm) -> tuple[datetime | None, datetime | None]:
    """When the page was opened, where that can be believed, and when a phone says that it was handed in."""
    begun, ended = _moment(form.begun.data), _moment(form.ended.data)
    last = ended or clock.now()
    return (begun if begun and last - LONGEST <= begun <= last else None), ended


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat((text or "").replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo and 2000 < moment.year < 2100 else None


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


@blueprint.route("/<canteen>/list", methods=["GET", "POST"])
@requires(CONTROL_DAILY, at_canteen)
def lines(canteen: str) -> Answer:
    """What is gone through at a canteen, and since when; a change is a new version."""
    where, form = counters.canteen(canteen), ListForm()
    version = queries.list_of(where)
    if not form.is_submitted():
        form.seen.data = str(version.version if version else 1)
    if save(form, lambda: _listed(where, form)):
        return done(_("The list was saved as a new version."), url_for(".lines", canteen=canteen))
    text = render_template(
        "office/kitchen/control_list.html",
        canteen=where,
        form=form,
        version=version,
        lines=queries.lines_of(where),
        blanks=range(BLANK_LINES),
        sent=request.form,
    )
    return page(text, form)


def _listed(where: Canteen, form: ListForm) -> Any:
    known = {line.key: line for line in queries.lines_of(where)}
    kept = [
        _changed(line, request.form.get(f"text-{key}", ""), request.form.get(f"group-{key}", ""))
        for key, line in known.items()
        if request.form.get(f"text-{key}", "").strip()
    ]
    new = [
        Line("", text, group=request.form.get(f"new-group-{number}", ""))
        for number in range(BLANK_LINES)
        if (text := request.form.get(f"new-{number}", "").strip())
    ]
    return services.set_list(
        by=actor(),
        canteen=where,
        lines=[*kept, *new],
        reason=form.reason.data,
        seen=whole(form.seen.data),
    )


def _changed(line: Line, text: str, group: str) -> Line:
    return Line(line.key, text, line.kind, line.unit, line.least, line.most, line.hint, line.photo, group)


def _at_finding(number: int, verb: str) -> Place:
    return inspections.place_of(inspections.finding(number).checked)


@blueprint.route("/findings/<int:number>/<verb>", methods=["GET", "POST"])
@requires(CONFIRM_FINDINGS, _at_finding)
def finding(number: int, verb: str) -> Answer:
    """Say of something found that one put it right, or saw it put right, or that it is still so."""
    verbs: dict[str, Callable[..., None]] = {
        "mended": inspecting.mend,
        "verified": inspecting.verify,
        "still": inspecting.still,
    }
    found, form = inspections.finding(number), SeenForm()
    if verb not in verbs:
        raise NotFound
    if save(form, lambda: verbs[verb](by=actor(), finding=found, text=form.words.data or "")):
        return done(_("Noted."), url_for(".index", _anchor="findings"))
    text = render_template(
        "office/kitchen/finding.html",
        form=form,
        one=found,
        verb=verb,
        words=inspections.words_of([found])[found.id],
    )
    return page(text, form)


DUE = Day(name="due", label=lazy("Until"), missing=lazy("Until when?"))


@blueprint.route("/<canteen>/<kind>/<period>", methods=["GET", "POST"])
@requires(SEE_KITCHEN)
def review(canteen: str, kind: str, period: str) -> Answer:
    """The week's or the month's look: drafted from the days, signed with one's own words."""
    where, form = counters.canteen(canteen), ReviewForm()
    found = queries.draft(where, kind, period)
    known = queries.reviews(where, kind, period)
    if not form.is_submitted():
        form.seen.data, form.text.data = str(len(known)), "" if known else queries.proposal(found)
    else:
        actor().needs(services.RIGHTS[kind], Place())
    if save(form, lambda: _signed(where, kind, period, form)):
        return done(_("Signed."), url_for(".review", canteen=canteen, kind=kind, period=period))
    text = render_template(
        "office/kitchen/review.html",
        found=found,
        kind=kind,
        known=known,
        said=queries.texts(known),
        decided=queries.decisions(known),
        form=form,
        sent=request.form,
        rows=range(4),
        colleagues=cases.colleagues(),
        words=inspections.words_of(found.findings),
        standing=inspections.standing,
        finding_words=queries.FINDING_WORDS,
        may_sign=actor().may(services.RIGHTS[kind], Place()),
        weeks=queries.weeks_of_month(where, period) if kind == MONTH else [],
        states=queries.CONTROL_STATES,
        post_of=queries.post_of,
        found_weeks=queries.weeks(found.days, found.first),
    )
    return page(text, form)


def _signed(where: Canteen, kind: str, period: str, form: ReviewForm) -> Any:
    decisions = []
    for number in range(12):
        text = request.form.get(f"decision-{number}", "").strip()
        if text:
            owner = whole(request.form.get(f"owner-{number}"))
            if owner not in {one.number for one in cases.colleagues()}:
                raise Invalid(lazy("Please choose whose each decision is."), field="decisions")
            due = DUE.read(request.form.get(f"due-{number}")) or school.today()
            decisions.append(services.Decision(text, owner, due))
    return services.sign(
        by=actor(),
        canteen=where,
        kind=kind,
        period=period,
        text=form.text.data,
        decisions=decisions if kind == MONTH else (),
        seen=whole(form.seen.data) or 0,
    )


@blueprint.get("/<canteen>/month/<period>/sheet")
@requires(SEE_KITCHEN)
def sheet(canteen: str, period: str) -> str:
    """The form of a month as inspectors want it: A4, a row each day."""
    return render_template(
        "office/kitchen/control_sheet.html", **queries.sheet(counters.canteen(canteen), period)
    )
