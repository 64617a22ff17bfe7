"""Plans are written, proposed, changed, closed; by the ladder about money they are approved or sent back."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import select

from kiosk.budgets import queries as budgets
from kiosk.budgets.services import NotInForce, WrongClass
from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Forbidden, Invalid, OtherContent
from kiosk.core.filters import day as told_day
from kiosk.core.formats import fen_to_text
from kiosk.core.i18n import _, lazy, listed, ngettext
from kiosk.core.masking import clean
from kiosk.core.trace import record
from kiosk.counters.models import Canteen
from kiosk.postings.queries import place_at
from kiosk.school import queries as school
from kiosk.steps import services as decisions
from kiosk.steps.models import APPROVED as YES
from kiosk.steps.models import OPEN, Approval
from kiosk.steps.models import RETURNED as BACK
from kiosk.steps.queries import Ladder
from kiosk.supply import queries
from kiosk.supply.models import (
    APPROVED,
    CLOSED,
    DRAFT,
    MOST_LINES,
    PURPOSE,
    RETURNED,
    WAITING,
    WITHDRAWN,
    Plan,
    PlanVersion,
)
from kiosk.supply.permissions import PLAN
from kiosk.supply.queries import Said
from kiosk.supply.refusals import BeyondBudget, Changed
from kiosk.supply.services.money import commit_plan, plan_source, release

AHEAD = timedelta(days=62)
FIELDS = {
    "purpose": PURPOSE.label,
    "expected": lazy("Meals expected"),
    "lines": lazy("Lines"),
    "budget_line": lazy("Line of the budget"),
}


def begin_plan(
    *,
    by: Actor,
    sent: str,
    canteen: Canteen,
    first: date,
    days: int,
    expected: Mapping[date, int] | None = None,
) -> Plan:
    """Begin a plan with what is proposed for its school days; sent twice, it is begun once.

    Invalid for days that are over or far away, a closed canteen, or where there is no school day;
    OtherContent where the same form said something else before.
    """
    by.needs(PLAN, place_at(canteen))
    last = first + timedelta(days=days - 1)
    if there := queries.plan_sent(sent):
        if there.canteen_id != canteen.id or not first <= there.first <= there.last <= last:
            raise OtherContent
        return there
    today = school.today()
    if not today <= first <= today + AHEAD:
        raise Invalid(lazy("Plan today or later, two months ahead at most."), field="first")
    if not canteen.active:
        raise Invalid(lazy("This canteen is closed."), field="canteen")
    planned = sorted(school.school_days(first, last)) or ([first] if days == 1 else [])
    if not planned:
        raise Invalid(lazy("There is no school day in this week."), field="first")
    meals = {day: (expected or {}).get(day) or queries.served_last(canteen, day) or 0 for day in planned}
    lines = [line for day in planned for line in queries.proposal(canteen, day, meals[day]).lines]
    found = Plan(sent=sent, canteen=canteen, first=planned[0], last=planned[-1], state=DRAFT)
    session.add(found)
    session.flush()
    _write(by, found, Said("", meals, tuple(lines[:MOST_LINES])), "plan.begun")
    return found


def _write(by: Actor, found: Plan, said: Said, action: str) -> PlanVersion:
    """What a plan says, as its next version; the record keeps its hash."""
    if by.person is None:
        raise Forbidden
    content = said.content(found)
    number = found.versions[0].number + 1 if found.versions else 1
    hash_ = hashlib.sha256(content.encode()).hexdigest()
    after = {
        "canteen": found.canteen.code,
        "first": found.first,
        "last": found.last,
        "version": number,
        "lines": len(said.lines),
        "amount": said.amount,
        "hash": hash_,
    }
    version = PlanVersion(
        plan_id=found.id,
        number=number,
        content=content,
        hash=hash_,
        amount=said.amount,
        person_id=by.person,
        at=clock.now(),
        chain_seq=record(action, queries.subject(found), by=by, after=after),
    )
    session.add(version)
    session.flush()
    session.refresh(found, ["versions"])
    return version


def hold(found: Plan) -> None:
    """Let nobody else change it before this transaction ends."""
    session.execute(select(Plan.id).where(Plan.id == found.id).with_for_update())
    session.refresh(found)


def change_plan(*, by: Actor, plan: Plan, seen: int, said: Said) -> PlanVersion:
    """Say it anew. What was signed is void: it goes back to the first level.

    Changed where it was changed since version `seen`; what is the same changes nothing. Conflict for what is
    closed, or of which something was bought.
    """
    by.needs(PLAN, place_at(plan.canteen))
    hold(plan)
    now = plan.versions[0]
    text = Said(PURPOSE.read(clean(said.purpose)), said.expected, said.lines, said.budget_line)
    _check(plan, text)
    if text.content(plan) == now.content:
        return now
    if seen != now.number:
        _refuse_overtaken(plan, seen)
    if plan.state in (CLOSED, WITHDRAWN):
        raise Conflict(lazy("This plan is over: %(state)s.", state=plan.state_label))
    if queries.purchases_of(plan):
        raise Conflict(lazy("Something of this plan is bought already. Please plan what is added by itself."))
    changed = queries.changes(queries.said(now), text)
    version = _write(by, plan, text, "plan.changed")
    running = queries.approval_of(plan)
    if running is not None and running.state in (OPEN, BACK):
        _refuse_money(text)
        content = version.content.encode()
        decisions.change(by=by, approval=running, content=content, changed=changed, amount=version.amount)
        plan.state = WAITING
    else:
        plan.state = DRAFT
        release(by, plan_source(plan))
    session.flush()
    return version


def _refuse_overtaken(plan: Plan, seen: int) -> None:
    then = next((one for one in plan.versions if one.number == seen), None)
    now = plan.versions[0]
    names = queries.changes(queries.said(then), queries.said(now)) if then else ["lines"]
    raise Changed(field="seen", who=now.person.name, changed=listed_changes(names))


def listed_changes(names: Sequence[str]) -> str:
    """What changed, in words."""
    return listed(FIELDS[name] for name in names) or "—"


def _check(plan: Plan, said: Said) -> None:
    if len(said.lines) > MOST_LINES:
        raise Invalid(lazy("%(n)s lines at most.", n=MOST_LINES))
    days = set(queries.days_of(plan))
    if any(line.day not in days for line in said.lines) or set(said.expected) - days:
        raise Invalid(lazy("This day is not in the plan."))


def propose_plan(*, by: Actor, plan: Plan, seen: int) -> Approval:
    """Send it up the ladder that its amount asks. Sent twice, it is proposed once.

    Changed where it was changed since version `seen`; Invalid for a plan without lines or purpose.
    """
    by.needs(PLAN, place_at(plan.canteen))
    hold(plan)
    now, running = plan.versions[0], queries.approval_of(plan)
    if seen != now.number:
        _refuse_overtaken(plan, seen)
    if plan.state == WAITING and running is not None:
        return running
    said = queries.said(now)
    if not said.lines:
        raise Invalid(lazy("There is no line in this plan yet."))
    if not said.purpose:
        raise Invalid(lazy("Please say what it is for."), field="purpose")
    if plan.state not in (DRAFT, RETURNED):
        raise Conflict(lazy("This plan is not to be proposed: %(state)s.", state=plan.state_label))
    if running is not None and running.state == BACK:
        raise Conflict(lazy("It was sent back: please change it first."))
    _refuse_money(said)
    plan.state = WAITING
    return decisions.begin(
        by=by,
        ladder=LADDER,
        subject=queries.subject(plan),
        content=now.content.encode(),
        amount=now.amount,
        at=place_at(plan.canteen),
        parts={"plan": sorted(queries.authors(plan))},
        why=said.purpose,
    )


def _refuse_money(said: Said) -> None:
    """Say before anybody signs it that the line of the budget is none, is for something else, or has not so
    much left."""
    if said.budget_line is None or not budgets.is_used():
        return
    line = queries.budget_line(said.budget_line)
    if line is None or line.line not in {one.line for one in budgets.positions(line.term)}:
        raise Invalid(NotInForce.message)
    if not line.fits(queries.strange_class(said, line)):
        raise WrongClass(line=line.label, item_class=line.item_class)
    if said.amount > line.can_give:
        raise BeyondBudget(line=line.label, left=fen_to_text(line.can_give), amount=fen_to_text(said.amount))


def withdraw_plan(*, by: Actor, plan: Plan) -> None:
    """Take a plan back of which nothing was bought. Twice is once."""
    by.needs(PLAN, place_at(plan.canteen))
    hold(plan)
    if plan.state == WITHDRAWN:
        return
    if plan.state == CLOSED or queries.purchases_of(plan):
        raise Conflict(lazy("Something of this plan is bought already; it can be closed."))
    running = queries.approval_of(plan)
    if running is not None and running.state in (OPEN, BACK):
        decisions.withdraw(by=by, approval=running)
    _end(by, plan, WITHDRAWN, "plan.withdrawn")


def close_plan(*, by: Actor, plan: Plan) -> None:
    """Nothing more is bought of it. Twice is once."""
    by.needs(PLAN, place_at(plan.canteen))
    hold(plan)
    if plan.state == CLOSED:
        return
    if plan.state != APPROVED:
        raise Conflict(lazy("Only an approved plan is closed; this one can be withdrawn."))
    _end(by, plan, CLOSED, "plan.closed")


def _end(by: Actor, plan: Plan, state: str, action: str) -> None:
    plan.state = state
    release(by, plan_source(plan))
    left = queries.left(plan).money if action == "plan.closed" else 0
    record(action, queries.subject(plan), by=by, after={"left": left})
    session.flush()


def _number(subject: str) -> int:
    return int(subject.partition(":")[2])


def _outcome(by: Actor, approval: Approval) -> None:
    """What was decided about a plan."""
    found = queries.plan(_number(approval.subject))
    if approval.hash != found.versions[0].hash:
        return
    found.state = APPROVED if approval.state == YES else RETURNED
    session.flush()
    if found.state == APPROVED:
        commit_plan(by, found)


def title_of_plan(found: Plan) -> str:
    """What a plan is called: its days and its canteen."""
    days = told_day(found.first, "short")
    if found.last != found.first:
        days = f"{days} – {told_day(found.last, 'short')}"
    return str(_("Purchase plan %(days)s, %(canteen)s", days=days, canteen=found.canteen.name))


def _brief(approval: Approval) -> list[str]:
    said = queries.said(queries.plan(_number(approval.subject)).versions[0])
    items = ngettext("%(num)s line", "%(num)s lines", len(said.lines))
    meals = sum(said.expected.values())
    return [items, *([ngettext("%(num)s meal expected", "%(num)s meals expected", meals)] if meals else [])]


LADDER = Ladder(
    name="purchase-plans",
    label=lazy("Purchase plans"),
    proposers=PLAN.roles,
    switch=queries.PLANS,
    title=lambda subject: title_of_plan(queries.plan(_number(subject))),
    address=lambda subject: f"/office/supply/plans/{_number(subject)}",
    fields={
        **FIELDS,
        "plan": lazy("Planned by"),
        "purchase": lazy("Bought by"),
        "receiver": lazy("Accepted by"),
    },
    brief=_brief,
    outcome=_outcome,
)
"""By amount, as the school sets it."""
