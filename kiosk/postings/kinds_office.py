"""The kinds of postings that the school uses, and which post answers for each of them, place by place."""

from typing import Any

from flask import Blueprint, render_template, url_for
from wtforms import SelectField

from kiosk.auth.models import ROLES
from kiosk.core import edit
from kiosk.core.edit import Answer
from kiosk.core.errors import NotFound
from kiosk.core.forms import Form, choices, or_none
from kiosk.core.i18n import Text, _, lazy
from kiosk.core.security import Permission, requires
from kiosk.core.web import account, actor, named
from kiosk.postings import queries, services
from kiosk.postings.permissions import NAME_POSTS, VIEW_POSTINGS
from kiosk.postings.queries import Kind
from kiosk.postings.queries.duties import Somewhere
from kiosk.school import queries as school
from kiosk.staff import queries as staff

blueprint = Blueprint("posting_kinds", __name__, url_prefix="/postings/kinds")


@blueprint.get("/")
@requires(VIEW_POSTINGS)
def index() -> str:
    """Every kind in use: how often it is due, who writes, who approves, and which post answers."""
    return _page()


def _page(**forms: Form) -> str:
    kinds = queries.declared_kinds()
    if not kinds:
        raise NotFound
    return render_template(
        "office/postings/kinds.html",
        kinds=[(kind, forms.get(kind.slug) or _form(kind), _answering(kind)) for kind in kinds],
        roles=_roles,
        may_name=account().may(NAME_POSTS),
        has_posts=bool(staff.posts(school.today())),
    )


def _roles(permission: Permission | None) -> list[Text]:
    return [label for role, label in ROLES.items() if permission and role in permission.roles]


def _places(kind: Kind) -> dict[str, tuple[Text, Somewhere]]:
    """By a field's name: what it is called, and the place whose post it asks for; every other place first."""
    found: dict[str, tuple[Text, Somewhere]] = {}
    for number, place in enumerate(queries.places(kind)):
        if place is not None:
            found[f"at{number}"] = (named(place), place)
    first = lazy("Everywhere else") if found else lazy("Responsible post")
    return {"everywhere": (first, None), **found}


def _form(kind: Kind) -> Form:
    today, known, inputs = school.today(), queries.named_posts(kind), {}
    posts = [(post.id, f"{post.team.name} · {post.name}") for post in staff.posts(today)]
    data: dict[str, Any] = {}
    for name, (label, place) in _places(kind).items():
        none = _("Head of logistics") if place is None else _("as everywhere else")
        inputs[name] = SelectField(label, choices=choices([("", none), *posts]), coerce=or_none(int))
        number = known.get(queries.key_of(place))
        current = staff.same_post(number, today) if number else None
        data[name] = current.id if current else None
    form: Form = type("Posts", (Form,), inputs)(data=data, prefix=f"{kind.slug}-")
    return form


def _answering(kind: Kind) -> list[tuple[Text, Text]]:
    """Each place and the post that answers for it."""
    today, known = school.today(), queries.named_posts(kind)
    return [
        (
            named(place) if place else _("Whole school"),
            queries.post_label(queries.answering(kind, place, today, known)),
        )
        for place in queries.places(kind)
    ]


@blueprint.post("/<slug>")
@requires(NAME_POSTS)
def name(slug: str) -> Answer:
    """Say which post answers for the postings of a kind."""
    kind = queries.kind_in_use(slug)
    form = _form(kind)
    if edit.save(form, lambda: services.name_posts(by=actor(), kind=kind, posts=_chosen(kind, form))):
        return edit.done(_("%(name)s was saved.", name=kind.label), url_for(".index"))
    return edit.page(_page(**{slug: form}), form)


def _chosen(kind: Kind, form: Form) -> dict[Somewhere, int | None]:
    return {place: form[name].data for name, (_label, place) in _places(kind).items()}
