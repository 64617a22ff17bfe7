"""Shared meals in the office: one's own turns, the entry at the table, swapping."""

import secrets
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.core.actor import SCHOOL
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.errors import Forbidden, NotFound
from kiosk.core.filters import day as told
from kiosk.core.formats import whole
from kiosk.core.forms import choices
from kiosk.core.i18n import _, lazy
from kiosk.core.security import requires
from kiosk.core.web import account, actor, named
from kiosk.counters import queries as counters
from kiosk.dining import queries, services
from kiosk.dining.forms import SwapForm, TableForm
from kiosk.dining.models import ANSWERS, PAID, SharedMeal, Turn
from kiosk.dining.permissions import EAT, KEEP_ROSTER
from kiosk.dining.queries import Entry, Sitting
from kiosk.dining.tabs import tabs
from kiosk.school import queries as school

blueprint = Blueprint("dining", __name__, url_prefix="/dining")
AHEAD = timedelta(days=28)


blueprint.context_processor(tabs)


@blueprint.get("/")
@requires(EAT)
def index() -> str:
    """My turns, what waits to be entered, who asks me to swap; and the meals of today for everybody."""
    today, person = school.today(), actor().person
    own = queries.own_turns(person, today - timedelta(days=7), today + AHEAD) if person else []
    me = queries.leader_of(person)
    return render_template(
        "office/dining/index.html",
        me=me,
        mine=next((one for one in queries.progress(today) if me and one.leader is me), None),
        now=[one for one in own if _can_enter(one)],
        coming=[one for one in own if one.slot.day >= today and not _can_enter(one) and not _ate(one)],
        swaps={one.turn_id: one for one in queries.open_swaps()},
        asked=[one for one in queries.open_swaps() if person and one.other.number == person],
        today=queries.sittings(today, today),
        has_begun=queries.has_begun,
        gaps=queries.gaps(today - timedelta(days=14), today),
        progress=queries.progress(today),
        answers=ANSWERS,
    )


def _ate(one: Sitting) -> bool:
    me = actor().person
    return any(entry.row.person and entry.row.person.number == me for entry in one.entries)


def _can_enter(one: Sitting) -> bool:
    """Whether a turn can be entered now and was not yet: from the meal's day on."""
    return queries.has_begun(one.slot) and queries.may_still_be_entered(one.slot.day) and not _ate(one)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound from None


@blueprint.route("/meals/<canteen>/<day>/<meal>", methods=["GET", "POST"])
@requires(EAT)
def enter(canteen: str, day: str, meal: str) -> Answer:
    """A minute at the table; ?person= is for whom, by whoever keeps the roster."""
    sitting = queries.sitting(counters.canteen(canteen), _day(day), meal)
    person = _whose(sitting)
    mine = [one for one in sitting.entries if one.row.person and one.row.person.number == person]
    paid = queries.usual_price(sitting.slot.canteen, sitting.slot.day, meal)
    dishes = queries.dishes_of(sitting.canteen, sitting.slot.day, meal)
    form = TableForm(data={"dishes": dishes, "paid": _yuan(paid)})
    if request.method != "POST":
        if mine:
            return done(
                _("This meal is entered already; here it can be amended."),
                url_for(".show", number=mine[0].row.id),
            )
        form.sent.data = secrets.token_urlsafe(16)
    if saved := save(form, lambda: _write(form, sitting, person)):
        return done(_said(saved.result, form), url_for(".show", number=saved.result.id))
    return page(_table(form, sitting, person, None), form)


def _yuan(fen: int | None) -> str:
    return "" if fen is None else PAID.plain(fen)


def _whose(sitting: Sitting) -> int:
    """For whom it is entered: oneself; with ?person= somebody else, for whoever keeps the roster."""
    me, wish = actor().person, whole(request.values.get("person"))
    if wish is not None and wish != me:
        actor().needs(KEEP_ROSTER, SCHOOL)
        return wish
    if queries.leader_of(me) is not None and me is not None:
        return me
    turn = sitting.turn
    if account().may(KEEP_ROSTER) and turn and turn.person:
        return turn.person.number
    raise services.NoLeader


def _write(form: TableForm, sitting: Sitting, person: int, follows: Entry | None = None) -> SharedMeal:
    return services.write(
        by=actor(),
        sent=form.sent.data or secrets.token_urlsafe(16),
        canteen=sitting.canteen,
        day=sitting.slot.day,
        meal=sitting.slot.meal,
        person=person,
        typed=form.typed(),
        follows=follows,
    )


def _said(row: SharedMeal, form: TableForm) -> str:
    entry = queries.entry(row.id)
    text: str = _("Entered. Everybody reads it now.")
    if entry.words != (form.words.data or "").strip() or entry.dishes != (form.dishes.data or "").strip():
        text = _("Entered. What could lead to a pupil was masked; please look at it.")
    return str(text)


def _table(form: TableForm, sitting: Sitting, person: int, follows: Entry | None) -> str:
    me = actor().person
    others = queries.leaders() if account().may(KEEP_ROSTER) else []
    return render_template(
        "office/dining/enter.html",
        form=form,
        sitting=sitting,
        person=person,
        leader=queries.leader_of(person),
        others=[one for one in others if one.person.number != person],
        is_mine=person == me,
        is_late=sitting.slot.day < school.today(),
        follows=follows,
    )


@blueprint.get("/entries/<int:number>")
@requires(EAT)
def show(number: int) -> str:
    """An entry with what it was before; one's own can be amended, and made a case."""
    entry = queries.entry(number)
    return render_template(
        "office/dining/show.html",
        entry=entry,
        sitting=_sitting_of(entry),
        case=queries.case_of(entry),
        is_mine=_is_mine(entry),
        can_amend=_is_mine(entry) and queries.may_still_be_entered(entry.row.day) and entry.is_leader,
    )


def _sitting_of(entry: Entry) -> Sitting:
    return queries.sitting(entry.row.canteen, entry.row.day, entry.row.meal)


def _is_mine(entry: Entry) -> bool:
    own = entry.row.person is not None and entry.row.person.number == actor().person
    return own or account().may(KEEP_ROSTER)


@blueprint.route("/entries/<int:number>/amend", methods=["GET", "POST"])
@requires(EAT)
def amend(number: int) -> Answer:
    """Say it anew; what was said before stays beside it."""
    entry = queries.entry(number)
    if not _is_mine(entry) or entry.row.person is None:
        raise Forbidden
    known = {
        **{name: str(mark) for name, mark in entry.marks.items()},
        "dishes": entry.dishes,
        "words": entry.words,
    }
    form = TableForm(data={**known, "concern": entry.concern, "paid": _yuan(entry.row.paid)})
    if request.method != "POST":
        form.sent.data = secrets.token_urlsafe(16)
    person, sitting = entry.row.person.number, _sitting_of(entry)
    if saved := save(form, lambda: _write(form, sitting, person, entry)):
        return done(_said(saved.result, form), url_for(".show", number=saved.result.id))
    return page(_table(form, sitting, person, entry), form)


@blueprint.post("/entries/<int:number>/case")
@requires(EAT)
def make_case(number: int) -> Response:
    """Make what has to be put right a case, in one click."""
    case = services.open_concern(by=actor(), entry=queries.entry(number))
    return done(_("It is case no. %(number)s now.", number=case.id), url_for(".show", number=number))


@blueprint.route("/turns/<int:number>/swap", methods=["GET", "POST"])
@requires(EAT)
def swap(number: int) -> Answer:
    """Ask another leader to take a turn."""
    turn = _turn(number)
    form, others = SwapForm(), _others(turn)
    form.other.choices = choices(
        [("", lazy("Please choose")), *((str(one.person_id), one.face) for one in others)]
    )
    theirs = _turns_of_others(turn)
    form.in_return.choices = choices(
        [("", lazy("nothing")), *((str(one.id), _labelled(one)) for one in theirs)]
    )
    if save(form, lambda: _ask(form, turn)):
        return done(_("Asked. Until the other accepts, the turn stays yours."), url_for(".index"))
    text = render_template("office/dining/swap.html", form=form, turn=turn, label=_labelled(turn))
    return page(text, form)


def _turn(number: int) -> Turn:
    found = queries.turn(number)
    mine = found.person is not None and found.person.number == actor().person
    if not mine and not account().may(KEEP_ROSTER):
        raise Forbidden
    return found


def _others(turn: Turn) -> list[Any]:
    return [one for one in queries.leaders() if turn.person and one.person.number != turn.person.number]


def _turns_of_others(turn: Turn) -> list[Turn]:
    """Turns to come of other leaders, to be taken in return."""
    today = school.today()
    holder = turn.person.number if turn.person else None
    found = [one.turn for one in queries.sittings(today, today + AHEAD) if one.turn]
    return [
        one
        for one in found
        if one.person and one.person.number != holder and not queries.is_over(queries.slot_of(one))
    ]


def _labelled(turn: Turn) -> str:
    return f"{told(turn.day)} {queries.meal_name(turn.meal)} {named(turn.canteen)} · {queries.face(turn)}"


def _ask(form: SwapForm, turn: Turn) -> Any:
    back = whole(form.in_return.data)
    return services.ask_to_swap(
        by=actor(),
        turn=turn,
        other=queries.leader(whole(form.other.data) or 0),
        reason=form.reason.data,
        in_return=queries.turn(back) if back else None,
    )


@blueprint.post("/swaps/<int:number>/<answer>")
@requires(EAT)
def answer(number: int, answer: str) -> Response:
    """Take a turn over, refuse, or take the question back."""
    code = {"take": "taken", "refuse": "refused", "take-back": "taken back"}.get(answer, "")
    services.answer_swap(by=actor(), swap=queries.swap(number), answer=code)
    said = {
        "taken": _("Yours now. Both names stand on the roster."),
        "refused": _("Refused. The turn stays with whoever asked."),
        "taken back": _("Taken back. The turn stays yours."),
    }
    return done(said[code], url_for(".index"))
