"""Accountability in the office: what waits for a statement or a decision, an entry, a clock in doubt."""

from collections.abc import Callable

from flask import Blueprint, render_template, request, url_for

from kiosk.accountability import queries, services
from kiosk.accountability.forms import ClockForm, DecisionForm, StatementForm
from kiosk.accountability.models import Entry
from kiosk.accountability.permissions import CONFIRM_CLOCK, SEE_ACCOUNTABILITY, USE_ACCOUNTABILITY
from kiosk.core.actor import SCHOOL
from kiosk.core.edit import Answer, done
from kiosk.core.errors import Conflict, Forbidden, Invalid
from kiosk.core.forms import Form, at_field
from kiosk.core.i18n import _
from kiosk.core.security import requires, shows_person
from kiosk.core.web import actor
from kiosk.school import queries as school

blueprint = Blueprint("accountability", __name__, url_prefix="/accountability")

MOST_PAGES = 100_000
SAVED = 302


@blueprint.get("/")
@requires(USE_ACCOUNTABILITY)
def index() -> str:
    """What waits for a statement, for a decision, what is decided, and what may still become an entry."""
    who, sees_all = actor(), actor().may(SEE_ACCOUNTABILITY, SCHOOL)
    number = min(max(1, request.args.get("page", 1, type=int)), MOST_PAGES)
    waiting = queries.undecided(queries.visible(who))
    by_state = {view: [one for one in waiting if queries.state(one) == view] for view in queries.VIEWS}
    over, own = queries.decided(who, number), queries.own_numbers(who)
    running = [one for one in queries.running() if sees_all or own.intersection(one.people)]
    return render_template(
        "office/accountability/index.html",
        waiting=by_state,
        over=over,
        page=number,
        pages=-(-over.total // queries.A_PAGE) or 1,
        running=running,
        people_of=queries.people_of,
        title=queries.title,
        address=queries.address,
        hearing=queries.hearing,
        label=queries.label,
        sees_all=sees_all,
        jump=queries.open_jump(),
        may_confirm=who.may(CONFIRM_CLOCK, SCHOOL),
        off_times=queries.off_times(),
        form=ClockForm(formdata=None),
    )


def _first_named(number: int) -> int:
    return queries.entry(number).named[0].person_id


@blueprint.get("/<int:number>")
@requires(USE_ACCOUNTABILITY)
@shows_person(_first_named)
def show(number: int) -> Answer:
    """An entry: what was due, whose it was, how it was counted, what was said and decided."""
    return _page(_visible(number)), 200


def _visible(number: int) -> Entry:
    """An entry that the account may see; Forbidden for anybody else."""
    found = queries.entry(number)
    if not queries.may_see(actor(), found):
        raise Forbidden
    return found


def _page(found: Entry, statement: StatementForm | None = None, decision: DecisionForm | None = None) -> str:
    who, voice = actor(), queries.voice(actor(), found)
    statement_form = statement or StatementForm(formdata=None)
    decision_form = decision or DecisionForm(formdata=None)
    decision_form.seen.data = len(found.statements)
    return render_template(
        "office/accountability/show.html",
        entry=found,
        state=queries.state(found),
        title=queries.title(found),
        address=queries.address(found),
        label=queries.label,
        said=queries.said(found),
        reason=queries.reason(found),
        hearing=queries.hearing(found),
        moved=queries.moves(found.key),
        is_named=queries.is_named(who, found),
        is_accountable=queries.is_accountable(who, found),
        voice=voice,
        level=queries.level(found),
        statement=statement_form,
        decision=decision_form,
        today=school.today(),
    )


@blueprint.post("/<int:number>/state")
@requires(USE_ACCOUNTABILITY)
def state(number: int) -> Answer:
    """Say something to an entry in which one is named."""
    found, form = _visible(number), StatementForm()
    status = _write(form, lambda: services.state(by=actor(), entry=found, **form.values()))
    if status == SAVED:
        return done(_("Your statement was saved."), url_for(".show", number=number))
    return _page(found, statement=form), status


@blueprint.post("/<int:number>/decide")
@requires(USE_ACCOUNTABILITY)
def decide(number: int) -> Answer:
    """Decide about an entry of somebody else."""
    found, form = _visible(number), DecisionForm()
    status = _write(form, lambda: services.decide(by=actor(), entry=found, **form.values()))
    if status == SAVED:
        return done(_("Your decision was saved. It stays as it is."), url_for(".show", number=number))
    return _page(found, decision=form), status


def _write(form: Form, write: Callable[[], object]) -> int:
    """SAVED, or the status of the page that comes back with what was typed: 409 where the entry stands
    differently by now."""
    if not form.validate_on_submit():
        return Invalid.status
    try:
        write()
    except (Invalid, Conflict) as problem:
        at_field(form, problem)
        return problem.status
    return SAVED


@blueprint.post("/clock/<int:jump_id>")
@requires(CONFIRM_CLOCK)
def confirm(jump_id: int) -> Answer:
    """Say that the days after a jump of the clock are real."""
    services.confirm(by=actor(), jump=queries.jump(jump_id))
    return done(_("Confirmed. What these days missed is made up within a minute."), url_for(".index"))
