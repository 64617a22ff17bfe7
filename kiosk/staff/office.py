"""The people of logistics."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kiosk.core.errors import Conflict, Invalid
from kiosk.core.forms import at_field
from kiosk.core.i18n import _
from kiosk.core.security import requires
from kiosk.core.web import user
from kiosk.staff import queries, services
from kiosk.staff.forms import PersonForm
from kiosk.staff.models import StaffMember
from kiosk.staff.permissions import MANAGE_STAFF

blueprint = Blueprint("staff", __name__, url_prefix="/staff")

Answer = Response | tuple[str, int]


@blueprint.before_request
def at_settings() -> None:
    """The navigation shows where one is."""
    g.nav = "office.school.index"


@blueprint.get("/")
@requires(MANAGE_STAFF)
def index() -> str:
    """Everybody."""
    return render_template("office/staff/index.html", people=queries.people(everything=True))


@blueprint.route("/new", methods=["GET", "POST"])
@requires(MANAGE_STAFF)
def new() -> Answer:
    """Add somebody."""
    return _edit(None)


@blueprint.route("/<int:staff_id>", methods=["GET", "POST"])
@requires(MANAGE_STAFF)
def edit(staff_id: int) -> Answer:
    """Change what is known of somebody."""
    return _edit(queries.person(staff_id))


def _edit(person: StaffMember | None) -> Answer:
    form = PersonForm(obj=person)
    if form.validate_on_submit():
        try:
            saved = services.save_person(
                by=user(),
                person=person,
                name=str(form.name.data),
                post=str(form.post.data or ""),
                badge=str(form.badge.data or ""),
                active=bool(form.active.data),
            )
        except (Invalid, Conflict) as problem:
            at_field(form, problem)
        else:
            flash(_("%(name)s was saved.", name=saved.name), "good")
            return redirect(url_for(".index"))
    page = render_template("office/staff/edit.html", form=form, person=person)
    return page, 422 if form.errors else 200
