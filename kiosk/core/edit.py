"""The way of a form: what was sent is saved and said, or the page comes back with what is wrong beside it.

form = CanteenForm(obj=canteen)
if save(form, lambda: services.change_canteen(by=actor(), canteen=canteen, **form.values())):
    return done(_("%(name)s was saved.", name=canteen.name), url_for(".canteens"))
return page(render_template("office/counters/canteen.html", form=form, canteen=canteen), form)
"""

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from flask import flash, redirect
from werkzeug.wrappers import Response

from kiosk.core.errors import Conflict, Invalid
from kiosk.core.forms import Form, at_field

T = TypeVar("T")

Answer = Response | tuple[str, int]
"""Where a form leads: on, or back to its page."""


class Saved(NamedTuple, Generic[T]):
    """What a form was saved as: whatever the service gave."""

    result: T


def save(form: Form, write: Callable[[], T]) -> Saved[T] | None:
    """Save the form if it was sent and everything in it can be taken; else None, and the form says why.

    What the service refuses stands beside the field that it names. What contradicts the store as a whole, and
    no field of the form, is raised: the page that was looked at is out of date.
    """
    if not form.validate_on_submit():
        return None
    try:
        return Saved(write())
    except (Invalid, Conflict) as problem:
        if isinstance(problem, Conflict) and problem.field not in form:
            raise
        at_field(form, problem)
        return None


def done(message: str, address: str) -> Response:
    """Lead on to the address, where the message is said."""
    flash(message, "good")
    return redirect(address)


def page(text: str, *forms: Form) -> tuple[str, int]:
    """A page with forms: 422 if something that was sent could not be taken."""
    return text, 422 if any(form.errors for form in forms) else 200
