"""The people of logistics."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask import Response as Page
from werkzeug.wrappers import Response

from kiosk.core.errors import Conflict, Invalid, NotFound
from kiosk.core.forms import at_field
from kiosk.core.i18n import _
from kiosk.core.security import requires
from kiosk.core.web import user
from kiosk.persons import queries as persons
from kiosk.persons.models import Person
from kiosk.staff import queries, services
from kiosk.staff.forms import PersonForm, PortraitForm
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
    return render_template("office/staff/index.html", people=persons.people(everything=True))


@blueprint.route("/new", methods=["GET", "POST"])
@requires(MANAGE_STAFF)
def new() -> Answer:
    """Add somebody."""
    return _edit(None)


@blueprint.route("/<int:staff_id>", methods=["GET", "POST"])
@requires(MANAGE_STAFF)
def edit(staff_id: int) -> Answer:
    """Change what is known of somebody."""
    return _edit(persons.person(staff_id))


def _edit(person: Person | None) -> Answer:
    form = PersonForm(obj=person)
    if form.validate_on_submit():
        try:
            saved = services.save_person(
                by=user(),
                person=person,
                name=str(form.name.data),
                post=str(form.post.data or ""),
                badge=str(form.badge.data or ""),
                kind=form.kind.data,
                active=bool(form.active.data),
            )
        except (Invalid, Conflict) as problem:
            at_field(form, problem)
        else:
            flash(_("%(name)s was saved.", name=saved.name), "good")
            return redirect(url_for(".index"))
    return _page(form, person)


def _page(form: PersonForm, person: Person | None, shown: PortraitForm | None = None) -> tuple[str, int]:
    portrait = queries.portrait(person.id) if person else None
    shown = shown or PortraitForm(formdata=None, agreed=portrait is not None)
    page = render_template("office/staff/edit.html", form=form, person=person, portrait=portrait, shown=shown)
    return page, 422 if form.errors or form.form_errors or shown.errors or shown.form_errors else 200


@blueprint.post("/<int:staff_id>/portrait")
@requires(MANAGE_STAFF)
def show(staff_id: int) -> Answer:
    """Note somebody's consent to be shown to those who rate, with a photo or without."""
    person, shown = persons.person(staff_id), PortraitForm()
    if shown.validate_on_submit():
        try:
            services.show_portrait(by=user(), person=person, photo=shown.content())
        except (Invalid, Conflict) as problem:
            at_field(shown, problem)
        else:
            flash(
                _("%(name)s is shown while on duty. Tablets follow within a minute.", name=person.name),
                "good",
            )
            return redirect(url_for(".edit", staff_id=staff_id))
    return _page(PersonForm(formdata=None, obj=person), person, shown)


@blueprint.post("/<int:staff_id>/portrait/withdraw")
@requires(MANAGE_STAFF)
def withdraw(staff_id: int) -> Response:
    """The person agrees no longer: what was shown goes at once."""
    person = persons.person(staff_id)
    services.withdraw_portrait(by=user(), person=person)
    flash(_("%(name)s is not shown any more; the photo was erased.", name=person.name), "good")
    return redirect(url_for(".edit", staff_id=staff_id))


@blueprint.get("/<int:staff_id>/photo")
@requires(MANAGE_STAFF)
def photo(staff_id: int) -> Page:
    """The photo, for those who look after it."""
    found = queries.portrait(staff_id)
    if found is None or not found.photo:
        raise NotFound
    return Page(found.photo, mimetype="image/jpeg")
