"""The roster in the office: a month or a term in one grid, proposed, copied or by hand; and the leaders."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.core.edit import Answer, done, page, save
from kiosk.core.errors import Invalid
from kiosk.core.formats import whole
from kiosk.core.forms import Form, choices
from kiosk.core.i18n import _, lazy, ngettext
from kiosk.core.security import requires
from kiosk.core.web import actor
from kiosk.core.web.navigation import below
from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen
from kiosk.dining import proposing, queries, services
from kiosk.dining.forms import FIRST, LAST, AwayForm, LeaderForm, leader_form
from kiosk.dining.models import BY_HAND, COPIED, PROPOSED
from kiosk.dining.permissions import KEEP_ROSTER
from kiosk.dining.queries import Sitting, Slot
from kiosk.dining.tabs import tabs
from kiosk.persons import queries as persons
from kiosk.school import queries as school
from kiosk.school.models import WEEKDAYS

blueprint = Blueprint("dining_roster", __name__, url_prefix="/dining/roster")
blueprint.context_processor(tabs)
blueprint.before_request(below("office.dining.index"))
FILLS = {"even": PROPOSED, "before": COPIED}


class Span(NamedTuple):
    """The days that are looked at: a month, or the term's from today on."""

    key: str
    first: date
    last: date
    label: str


def _span() -> Span:
    """The span of the address: ?month=2026-12, or ?month=term."""
    text, today = request.values.get("month", ""), school.today()
    term = queries.term_of(today)
    if text == "term" and term:
        return Span("term", today, term.ends, term.name)
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        first = today.replace(day=1)
    first = min(max(first, date(2000, 1, 1)), date(2100, 12, 1))
    return Span(f"{first:%Y-%m}", first, _after(first) - timedelta(days=1), "")


def _after(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


@blueprint.get("/")
@requires(KEEP_ROSTER)
def index() -> Response | str:
    """The first canteen's month."""
    places = counters.canteens()
    if not places:
        return render_template("office/dining/nowhere.html")
    return redirect(url_for(".roster", canteen=places[0].code))


@blueprint.route("/canteens/<canteen>", methods=["GET", "POST"])
@requires(KEEP_ROSTER)
def roster(canteen: str) -> Answer:
    """The grid. ?fill=even proposes who could take the free meals, ?fill=before those of four weeks ago."""
    place, span, form = counters.canteen(canteen), _span(), Form()
    if saved := save(form, lambda: _save(place, span)):
        number = len(saved.result)
        message = ngettext("%(num)s meal was set.", "%(num)s meals were set.", number)
        return done(
            message if number else _("Nothing was changed."),
            url_for(".roster", canteen=canteen, month=span.key),
        )
    found = queries.sittings(span.first, span.last, place)
    proposal = _proposal(place, found)
    days: dict[date, dict[str, Sitting]] = {}
    for one in found:
        days.setdefault(one.slot.day, {})[one.slot.meal] = one
    text = render_template(
        "office/dining/roster.html",
        form=form,
        canteen=place,
        canteens=counters.canteens(),
        span=span,
        before=f"{(span.first - timedelta(days=1)):%Y-%m}",
        after=f"{_after(span.first.replace(day=1)):%Y-%m}",
        has_term=queries.term_of(school.today()) is not None,
        days=days,
        meals=school.meals(),
        leaders=queries.leaders(),
        proposal=proposal,
        fill=request.args.get("fill", ""),
        typed=request.form if request.method == "POST" else {},
        progress=_with(queries.progress(max(school.today(), span.first)), proposal),
        is_over=queries.is_over,
    )
    return page(text, form)


def _with(progress: list[queries.Progress], proposal: dict[Slot, int]) -> list[queries.Progress]:
    """How many each would have with what is proposed."""
    more = list(proposal.values())
    return [one._replace(coming=one.coming + more.count(one.leader.person.number)) for one in progress]


def _proposal(place: Canteen, found: list[Sitting]) -> dict[Slot, int]:
    """Who could take the free meals to come, as it was asked for; nothing is stored."""
    fill = request.args.get("fill")
    if fill not in FILLS or not found:
        return {}
    slots = [one.slot for one in found if not queries.is_over(one.slot)]
    taken = {one.slot: one.turn.person.number for one in found if one.turn and one.turn.person}
    if fill == "before":
        return proposing.as_before(slots, taken, place)
    elsewhere = queries.turns(found[0].slot.day, found[-1].slot.day)
    others = {
        slot: versions[-1].person.number
        for slot, versions in elsewhere.items()
        if slot.canteen != place.id and versions[-1].person
    }
    return proposing.evenly([*slots, *others], {**others, **taken})


def _save(place: Canteen, span: Span) -> Any:
    """Whatever was chosen for meals that are not over."""
    turns: dict[Slot, int | None] = {}
    seen: dict[Slot, int] = {}
    for name, value in request.form.items():
        day, _bar, meal = name.partition("|")
        if not meal or day.startswith("seen"):
            continue
        try:
            slot = Slot(date.fromisoformat(day), place.id, meal[:20])
        except ValueError:
            raise Invalid(lazy("Please check what was entered.")) from None
        if not span.first <= slot.day <= span.last or queries.is_over(slot):
            continue
        turns[slot] = whole(value)
        seen[slot] = whole(request.form.get(f"seen-{name}")) or 0
    source = FILLS.get(request.form.get("fill", ""), BY_HAND)
    return services.set_turns(by=actor(), turns=turns, source=source, seen=seen)


@blueprint.route("/leaders", methods=["GET", "POST"])
@requires(KEEP_ROSTER)
def leaders() -> Answer:
    """Who eats with the pupils, when each can, and how many meals each had this term."""
    form = leader_form()
    if saved := save(form, lambda: _name(form)):
        return done(_("%(who)s eats with the pupils.", who=saved.result.face), url_for(".leaders"))
    return _leaders_page(form, _away_form())


def _leaders_page(form: LeaderForm, away: AwayForm) -> Answer:
    today = school.today()
    text = render_template(
        "office/dining/leaders.html",
        form=form,
        away=away,
        progress=queries.progress(today),
        aways=queries.aways(today, today + timedelta(days=366)),
        faces=queries.faces(),
        weekday_names=dict(WEEKDAYS),
    )
    return page(text, form, away)


def _name(form: LeaderForm) -> Any:
    number = whole(form.person.data)
    if number is None:
        raise Invalid(lazy("Please choose"), field="person")
    return services.name_leader(
        by=actor(),
        person=persons.person(number),
        title=form.title.data,
        weekdays=[int(day) for day in form.weekdays.data or ()],
    )


def _away_form() -> AwayForm:
    form = AwayForm(formdata=None) if request.endpoint != "office.dining_roster.away" else AwayForm()
    form.person.choices = choices([(str(one.person_id), one.face) for one in queries.leaders()])
    return form


@blueprint.post("/leaders/away")
@requires(KEEP_ROSTER)
def away() -> Answer:
    """Note days on which somebody is away."""
    form = _away_form()
    if save(form, lambda: _note(form)):
        return done(_("Noted: the proposal leaves these days out."), url_for(".leaders"))
    return _leaders_page(leader_form(), form)


def _note(form: AwayForm) -> Any:
    return services.note_away(
        by=actor(),
        leader=queries.leader(whole(form.person.data) or 0),
        first=FIRST.read(form.first.data),
        last=LAST.read(form.last.data),
    )


@blueprint.post("/leaders/<int:number>/let-go")
@requires(KEEP_ROSTER)
def let_go(number: int) -> Response:
    """Ask somebody no more."""
    found = queries.leader(number)
    services.let_go(by=actor(), leader=found)
    return done(
        _("%(who)s is asked no more. Please give the turns to come to others.", who=found.face),
        url_for(".leaders"),
    )
