"""Shared meals for everybody: the week with who came and who did not, its poster, and parents' days."""

import secrets
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kiosk.chain import queries as chain
from kiosk.core.config import current
from kiosk.core.edit import save
from kiosk.core.qr import svg
from kiosk.core.web import csrf
from kiosk.dining import queries, services
from kiosk.dining.forms import ParentForm, RegisterForm
from kiosk.dining.models import MARKS, SCALE, WORD, ParentsSeat
from kiosk.dining.queries import Sitting
from kiosk.school import queries as school

blueprint = Blueprint("dining", __name__, url_prefix="/shared-meals")
SIZES = ("a4", "a3")
WEEK = timedelta(days=7)


@blueprint.context_processor
def words() -> dict[str, Any]:
    """What the pages say of marks and turns."""
    return {"face": queries.face, "mark_words": SCALE, "mark_labels": MARKS}


def _monday() -> date:
    try:
        wish = date.fromisoformat(request.args.get("week", ""))
    except ValueError:
        wish = school.today()
    wish = min(max(wish, date(2000, 1, 3)), date(2100, 12, 31))
    return wish - timedelta(days=wish.weekday())


def _days(monday: date) -> dict[date, list[Sitting]]:
    days: dict[date, list[Sitting]] = {}
    for one in queries.sittings(monday, monday + timedelta(days=6)):
        days.setdefault(one.slot.day, []).append(one)
    return days


@blueprint.get("/")
def index() -> str:
    """A week: whose turn it was, who came, what was written, and where nobody came."""
    monday, today = _monday(), school.today()
    days = _days(monday)
    return render_template(
        "dining/index.html",
        monday=monday,
        days={day: days[day] for day in _in_order(days, today)},
        today=today,
        gaps=queries.gaps(monday, monday + timedelta(days=6)),
        before=monday - WEEK,
        after=monday + WEEK,
        progress=queries.progress(today),
        term=queries.term_of(today),
        parents=[one for one in queries.parents_days(first=today) if queries.is_open(one)],
        meal_name=queries.meal_name,
    )


def _in_order(days: Iterable[date], today: date) -> list[date]:
    """Today first, then what was, the last day first, then what is to come."""
    return sorted(days, key=lambda day: (day > today, abs((day - today).days)))


@blueprint.get("/poster")
def poster() -> str:
    """The week's roster as a sheet for the wall, A4 or A3."""
    monday, size = _monday(), request.args.get("size", "")
    size = size if size in SIZES else SIZES[0]
    base, path = current().public_url, url_for(".index", week=monday.isoformat())
    days = _days(monday)
    order = list(dict.fromkeys(one.slot.meal for sittings in days.values() for one in sittings))
    known = [meal.code for meal in school.meals()]
    order.sort(key=lambda code: known.index(code) if code in known else 99)
    return render_template(
        "dining/poster.html",
        monday=monday,
        days=days,
        meals=[(code, queries.meal_name(code)) for code in order],
        several=len({one.slot.canteen for sittings in days.values() for one in sittings}) > 1,
        size=size,
        sizes=SIZES,
        today=school.today(),
        address=base + path if base else None,
        code=svg(base + path) if base else None,
        head=chain.head(),
        record_url=base + url_for("chain.index") if base else None,
    )


@blueprint.route("/parents/<int:number>", methods=["GET", "POST"])
def register(number: int) -> AnyResponse:
    """Take a place at a meal, without an account: a name for the door, and a code in return.

    The day's word stands on the invitation; its code brings it along, ?word=.
    """
    found, form = queries.parents_day(number), RegisterForm()
    saved = save(
        form,
        lambda: services.register(
            parents_day=found,
            called=form.called.data,
            word=form.word.data or "",
            code=form.sent.data or "",
        ),
    )
    if saved:
        answer = redirect(url_for(".mine", code=saved.result.code, new=1), 303)
        answer.headers["Cache-Control"] = "no-store"
        return answer
    if request.method == "GET":
        form.sent.data = services.fresh_code()
        form.word.data = request.args.get("word", "")[: WORD.longest]
    text = render_template(
        "dining/register.html",
        one=found,
        meal=queries.meal_name(found.meal),
        form=form,
        is_open=queries.is_open(found),
    )
    answer = make_response(text, 422 if form.errors else 200)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/parents/code")
def by_code() -> AnyResponse:
    """Where a code is typed leads to its place."""
    code = queries.normal(request.args.get("code", ""))
    return redirect(url_for(".mine", code=code or "-"))


@blueprint.route("/parents/mine/<code>", methods=["GET", "POST"])
def mine(code: str) -> AnyResponse:
    """The place that a code stands for: give it back, and from the meal on say how it was."""
    seat = queries.seat_of(code)
    if request.form.get("do") == "cancel":
        services.cancel(seat=seat)
        return _away(redirect(url_for(".mine", code=code), 303))
    entry = next(iter(queries.read_entries(queries.written_by(seat))), None)
    form = ParentForm(data=_known(seat, entry))
    if request.method != "POST":
        form.sent.data = secrets.token_urlsafe(16)
    elif saved := save(form, lambda: _write(form, seat)):
        return _away(redirect(url_for(".mine", code=code, _anchor=f"m{saved.result.id}"), 303))
    text = render_template(
        "dining/mine.html",
        seat=seat,
        one=seat.parents_day,
        meal=queries.meal_name(seat.parents_day.meal),
        code=" ".join(code[at : at + 4] for at in range(0, len(queries.normal(code)), 4)),
        plain=queries.normal(code),
        form=form,
        entry=entry,
        can_write=queries.can_write(seat),
        can_cancel=seat.cancelled_at is None and queries.is_open(seat.parents_day),
        is_new="new" in request.args,
    )
    return _away(make_response(text, 422 if form.errors else 200))


csrf.exempt(register)  # nobody's authority is used: whoever registers has none
csrf.exempt(mine)  # the code in the address cannot be guessed and is the authority; no cookie is looked at


def _known(seat: ParentsSeat, entry: queries.Entry | None) -> dict[str, Any]:
    found = seat.parents_day
    if entry:
        marks = {name: str(mark) for name, mark in entry.marks.items()}
        return {**marks, "dishes": entry.dishes, "words": entry.words}
    return {"dishes": queries.dishes_of(found.canteen, found.day, found.meal)}


def _write(form: ParentForm, seat: ParentsSeat) -> Any:
    return services.write_as_parent(
        by=services.VISITOR,
        sent=form.sent.data or secrets.token_urlsafe(16),
        seat=seat,
        typed={**form.typed(), "concern": ""},
    )


def _away(answer: AnyResponse) -> AnyResponse:
    answer.headers["Cache-Control"] = "no-store"
    return answer
