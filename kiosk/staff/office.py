"""The people of logistics."""

from flask import Blueprint, render_template, url_for
from flask import Response as Page
from werkzeug.wrappers import Response

from kiosk.auth.queries import usernames
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.errors import NotFound
from kiosk.core.i18n import _
from kiosk.core.security import requires, shows_person
from kiosk.core.web import account, actor
from kiosk.core.web.navigation import below
from kiosk.persons import queries as persons
from kiosk.persons.models import Person
from kiosk.school import queries as school
from kiosk.staff import queries, services
from kiosk.staff.forms import NamingForm, PersonForm, PortraitForm
from kiosk.staff.permissions import MANAGE_POSTS, MANAGE_STAFF, RENAME_SIGNERS

blueprint = Blueprint("staff", __name__, url_prefix="/staff")
blueprint.before_request(below("office.school.index"))


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
@shows_person(lambda staff_id: staff_id)
def edit(staff_id: int) -> Answer:
    """Change what is known of somebody."""
    return _edit(persons.person(staff_id))


def _edit(person: Person | None) -> Answer:
    form = PersonForm(obj=person)
    if saved := save(form, lambda: services.save_person(by=actor(), person=person, **form.values())):
        return done(_("%(name)s was saved.", name=saved.result.name), url_for(".index"))
    return _page(form, person)


def _page(
    form: PersonForm,
    person: Person | None,
    consent: PortraitForm | None = None,
    named: NamingForm | None = None,
) -> Answer:
    portrait = queries.portrait(person.id) if person else None
    held, stands_in = queries.posts_of(person, school.today()) if person else ([], [])
    consent = consent or PortraitForm(formdata=None, agreed=portrait is not None)
    naming = queries.naming(person) if person else None
    named = named or NamingForm(formdata=None, agreed=naming is not None)
    if person and usernames(person.id) and not account().may(RENAME_SIGNERS):
        form.name.render_kw = {"readonly": True}
        form.name.description = _(
            "This person signs in, and signs by this name: who manages accounts changes it."
        )
    text = render_template(
        "office/staff/edit.html",
        form=form,
        person=person,
        portrait=portrait,
        shown=consent,
        naming=naming,
        named_form=named,
        held=held,
        stands_in=stands_in,
        may_open_posts=account().may(MANAGE_POSTS),
    )
    return page(text, form, consent, named)


@blueprint.post("/<int:staff_id>/portrait")
@requires(MANAGE_STAFF)
def show(staff_id: int) -> Answer:
    """Note somebody's consent to be shown to those who rate, with a photo or without."""
    person, consent = persons.person(staff_id), PortraitForm()
    if save(consent, lambda: services.show_portrait(by=actor(), person=person, photo=consent.content())):
        message = _("%(name)s is shown while on duty. Tablets follow within a minute.", name=person.name)
        return done(message, url_for(".edit", staff_id=staff_id))
    return _page(PersonForm(formdata=None, obj=person), person, consent)


@blueprint.post("/<int:staff_id>/portrait/withdraw")
@requires(MANAGE_STAFF)
def withdraw(staff_id: int) -> Response:
    """The person agrees no longer: what was shown goes at once."""
    person = persons.person(staff_id)
    services.withdraw_portrait(by=actor(), person=person)
    message = _("%(name)s is not shown any more; the photo was erased.", name=person.name)
    return done(message, url_for(".edit", staff_id=staff_id))


@blueprint.post("/<int:staff_id>/naming")
@requires(MANAGE_STAFF)
def name(staff_id: int) -> Answer:
    """Note somebody's consent to be named in public."""
    person, consent = persons.person(staff_id), NamingForm()
    if save(consent, lambda: services.agree_to_be_named(by=actor(), person=person)):
        return done(
            _("%(name)s is named from now on.", name=person.name), url_for(".edit", staff_id=staff_id)
        )
    return _page(PersonForm(formdata=None, obj=person), person, named=consent)


@blueprint.post("/<int:staff_id>/naming/withdraw")
@requires(MANAGE_STAFF)
def unname(staff_id: int) -> Response:
    """The person agrees no longer: the post alone is shown from now on."""
    person = persons.person(staff_id)
    services.withdraw_naming(by=actor(), person=person)
    message = _("%(name)s is not named any more; the post is shown.", name=person.name)
    return done(message, url_for(".edit", staff_id=staff_id))


@blueprint.get("/<int:staff_id>/photo")
@requires(MANAGE_STAFF)
@shows_person(lambda staff_id: staff_id)
def photo(staff_id: int) -> Page:
    """The photo, for those who look after it."""
    found = queries.portrait(staff_id)
    if found is None or not found.photo:
        raise NotFound
    return Page(found.photo, mimetype="image/jpeg")
