"""The kitchen's day in the office: what is done and what is not, canteen by canteen; which post answers."""

from typing import Any

from flask import Blueprint, render_template, url_for
from wtforms import SelectField

from kiosk.core import edit
from kiosk.core.edit import Answer
from kiosk.core.errors import NotFound
from kiosk.core.forms import Form, choices, or_none
from kiosk.core.i18n import Text, _, lazy
from kiosk.core.room import is_on
from kiosk.core.security import requires
from kiosk.core.web import actor, named
from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen
from kiosk.kitchen import queries, services, shown
from kiosk.kitchen.doors import canteens_for, gate
from kiosk.kitchen.models import TASKS
from kiosk.kitchen.parts import PARTS, tasks
from kiosk.kitchen.permissions import (
    CHECK_HEALTH,
    CONTROL_DAILY,
    KEEP_SAMPLES,
    NAME_DUTIES,
    SEE_KITCHEN,
)
from kiosk.school import queries as school
from kiosk.staff import queries as staff

blueprint = Blueprint("kitchen", __name__, url_prefix="/kitchen")
blueprint.before_request(gate(*PARTS))


@blueprint.get("/")
@requires(SEE_KITCHEN)
def index() -> str:
    """Today in each canteen."""
    today = school.today()
    return render_template(
        "office/kitchen/index.html",
        today=today,
        runs=school.is_school_day(today),
        canteens=[(one, _today(one)) for one in canteens_for(SEE_KITCHEN)],
        controls=is_on(queries.DAILY_CONTROL),
    )


def _today(canteen: Canteen) -> dict[str, Any]:
    today, at = school.today(), services.at(canteen)
    found: dict[str, Any] = {
        "may_keep": actor().may(KEEP_SAMPLES, at),
        "may_control": actor().may(CONTROL_DAILY, at),
        "may_check": actor().may(CHECK_HEALTH, at),
        **shown.today_of(canteen, today),
    }
    if is_on(queries.FOOD_SAMPLES):
        found["throw"] = queries.to_throw(queries.there([canteen]))
    return found


@blueprint.get("/posts")
@requires(NAME_DUTIES)
def posts() -> str:
    """Which post answers for what."""
    return _posts()


def _posts(**forms: Form) -> str:
    return render_template(
        "office/kitchen/posts.html",
        forms=[(task, TASKS[task], forms.get(task) or _form(task)) for task in tasks()],
        has_posts=bool(staff.posts(school.today())),
    )


def _places() -> dict[str, tuple[Text, Canteen | None]]:
    canteens = counters.canteens()
    own = {f"at{one.code}": (named(one), one) for one in canteens} if len(canteens) > 1 else {}
    return {"everywhere": (lazy("Everywhere else") if own else lazy("Responsible post"), None), **own}


def _form(task: str) -> Form:
    today, known = school.today(), queries.named(task)
    options = [(post.id, f"{post.team.name} · {post.name}") for post in staff.posts(today)]
    inputs: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for name, (label, canteen) in _places().items():
        none = _("Head of logistics") if canteen is None else _("as everywhere else")
        inputs[name] = SelectField(label, choices=choices([("", none), *options]), coerce=or_none(int))
        number = known.get(canteen.id if canteen else None)
        current = staff.same_post(number, today) if number else None
        data[name] = current.id if current else None
    form: Form = type("KitchenPosts", (Form,), inputs)(data=data, prefix=f"{task}-")
    return form


@blueprint.post("/posts/<task>")
@requires(NAME_DUTIES)
def name(task: str) -> Answer:
    """Name the post that answers for a task."""
    if task not in tasks():
        raise NotFound
    form = _form(task)
    wanted = {canteen: form[name].data for name, (_label, canteen) in _places().items()}
    if edit.save(form, lambda: services.name_posts(by=actor(), task=task, posts=wanted)):
        return edit.done(_("%(name)s was saved.", name=TASKS[task]), url_for(".posts"))
    return edit.page(_posts(**{task: form}), form)
