"""Teams and posts of a school year, and who holds them."""

from typing import Any, TypeVar

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.core.edit import Answer, done, page, save
from kiosk.core.formats import whole
from kiosk.core.forms import Form, choices
from kiosk.core.i18n import _
from kiosk.core.security import requires
from kiosk.core.web import actor
from kiosk.core.web.navigation import below
from kiosk.persons import queries as persons
from kiosk.persons.models import Person
from kiosk.school import queries as school
from kiosk.staff import queries, services
from kiosk.staff.forms import (
    AppointForm,
    CloseForm,
    PersonField,
    PostChangeForm,
    PostForm,
    TeamChangeForm,
    TeamForm,
)
from kiosk.staff.models import Post
from kiosk.staff.permissions import MANAGE_POSTS

blueprint = Blueprint("posts", __name__, url_prefix="/posts")
blueprint.before_request(below("office.school.index"))

F = TypeVar("F", bound=Form)


def _year() -> int:
    """The school year that is asked for, else the one in force, else the one that runs."""
    known, asked = queries.years(), whole(request.args.get("year", ""))
    if asked in known:
        return asked
    today = school.today()
    return queries.year_in_force(today) or (known[-1] if known else queries.school_year(today))


def _next_year() -> int | None:
    """The year that can be begun as a copy: the one after the last, if it is not too far away."""
    last = queries.last_year()
    return last + 1 if last is not None and last <= queries.school_year(school.today()) else None


def _offer_people(form: F) -> F:
    """Everybody who works here, in each of the form's fields for a person; who was named once stays there."""
    people = [(one.id, " ".join(filter(None, (one.badge, one.name, one.post)))) for one in persons.people()]
    for one in form:
        if isinstance(one, PersonField):
            one.choices = choices([("", _("nobody")), *people])
    return form


def _person(number: int | None) -> Person | None:
    return persons.person(number) if number else None


@blueprint.get("/")
@requires(MANAGE_POSTS)
def index() -> str:
    """The teams and posts of a school year, and who holds them."""
    year = _year()
    return render_template("office/posts/index.html", next_year=_next_year(), **_grouping(year))


def _grouping(year: int) -> dict[str, Any]:
    """What a page says of a year: its teams, and who holds each post on the day that stands for it."""
    day = queries.day_of(year)
    teams = queries.teams(year)
    standing = {team.id: [post for post in team.posts if queries.stands(post, day)] for team in teams}
    posts = [post for found in standing.values() for post in found]
    return {
        "year": year,
        "years": queries.years(),
        "is_over": queries.is_over(year),
        "day": day,
        "teams": teams,
        "posts": standing,
        "holders": {post.id: queries.holder(post, day) for post in posts},
    }


@blueprint.get("/poster")
@requires(MANAGE_POSTS)
def poster() -> str:
    """The posts with their duties, to be put up on the wall."""
    return render_template("office/posts/poster.html", **_grouping(_year()))


@blueprint.post("/begin")
@requires(MANAGE_POSTS)
def begin() -> Response:
    """Begin the next school year as a copy of the last one."""
    year = whole(request.form.get("year")) or 0
    number = services.begin_year(by=actor(), year=year)
    message = _("%(n)s posts were copied. What changes is noted with its reason.", n=number)
    return done(message, url_for(".index", year=year))


@blueprint.route("/teams/new", methods=["GET", "POST"])
@requires(MANAGE_POSTS)
def new_team() -> Answer:
    """Add a team to a school year."""
    form, year = _offer_people(TeamForm()), _year()
    values = {"name": form.name.data, "leader": _person(form.leader.data)}
    if saved := save(form, lambda: services.add_team(by=actor(), year=year, **values)):
        return done(_("%(name)s was added.", name=saved.result.name), url_for(".index", year=year))
    return page(render_template("office/posts/team.html", form=form, team=None, year=year), form)


@blueprint.route("/teams/<int:team_id>", methods=["GET", "POST"])
@requires(MANAGE_POSTS)
def team(team_id: int) -> Answer:
    """Rename a team, or give it another leader."""
    team = queries.team(team_id)
    form = _offer_people(TeamChangeForm(obj=team))
    values = form.values(leader=_person(form.leader.data))
    if save(form, lambda: services.change_team(by=actor(), team=team, **values)):
        return done(_("%(name)s was saved.", name=team.name), url_for(".index", year=team.year))
    return page(render_template("office/posts/team.html", form=form, team=team, year=team.year), form)


@blueprint.route("/teams/<int:team_id>/new", methods=["GET", "POST"])
@requires(MANAGE_POSTS)
def new(team_id: int) -> Answer:
    """Add a post to a team."""
    team, form = queries.team(team_id), _offer_people(PostForm())
    values = form.values(stand_in=_person(form.stand_in.data))
    if saved := save(form, lambda: services.add_post(by=actor(), team=team, **values)):
        message = _("%(name)s was added.", name=saved.result.name)
        return done(message, url_for(".show", post_id=saved.result.id))
    return page(render_template("office/posts/edit.html", form=form, team=team, post=None), form)


@blueprint.route("/<int:post_id>/edit", methods=["GET", "POST"])
@requires(MANAGE_POSTS)
def edit(post_id: int) -> Answer:
    """Change a post's name, duties, daily list or stand-in."""
    post = queries.post(post_id)
    form = _offer_people(PostChangeForm(obj=post))
    values = form.values(stand_in=_person(form.stand_in.data))
    if save(form, lambda: services.change_post(by=actor(), post=post, **values)):
        return done(_("%(name)s was saved.", name=post.name), url_for(".show", post_id=post_id))
    return page(render_template("office/posts/edit.html", form=form, team=post.team, post=post), form)


@blueprint.get("/<int:post_id>")
@requires(MANAGE_POSTS)
def show(post_id: int) -> Answer:
    """A post: duties, daily list, stand-in, and who held it when."""
    return _show(queries.post(post_id))


def _show(post: Post, appointing: AppointForm | None = None, closing: CloseForm | None = None) -> Answer:
    first = queries.day_of(post.team.year)
    appointing = appointing or _offer_people(AppointForm(formdata=None, since=first))
    closing = closing or CloseForm(formdata=None, day=first)
    text = render_template(
        "office/posts/show.html",
        post=post,
        holder=queries.holder(post, first),
        holdings=list(reversed(post.holdings)),
        appointing=appointing,
        closing=closing,
        is_over=queries.is_over(post.team.year),
    )
    return page(text, appointing, closing)


@blueprint.post("/<int:post_id>/appoint")
@requires(MANAGE_POSTS)
def appoint(post_id: int) -> Answer:
    """Name who holds a post from a day on."""
    post, form = queries.post(post_id), _offer_people(AppointForm())
    values = form.values(person=_person(form.person.data))
    if save(form, lambda: services.appoint(by=actor(), post=post, **values)):
        return done(_("%(name)s was saved.", name=post.name), url_for(".show", post_id=post_id))
    return _show(post, appointing=form)


@blueprint.post("/<int:post_id>/close")
@requires(MANAGE_POSTS)
def close(post_id: int) -> Answer:
    """Give a post up from a day on."""
    post, form = queries.post(post_id), CloseForm()
    if save(
        form,
        lambda: services.close_post(by=actor(), post=post, day=form.day.data, reason=form.reason.data),
    ):
        message = _("%(name)s was given up.", name=post.name)
        return done(message, url_for(".index", year=post.team.year))
    return _show(post, closing=form)
