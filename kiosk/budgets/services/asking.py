"""What is asked of a budget in force: a transfer between two lines, or an exception for one."""

from collections.abc import Iterator, Mapping
from typing import Any

from kiosk.budgets import queries
from kiosk.budgets.models import (
    ALLOWS,
    APPROVED,
    COMMITS,
    DROPPED,
    PROPOSED,
    REASON,
    RELEASES,
    RETURNED,
    TITLE,
    TRANSFERS,
    BudgetException,
    BudgetTransfer,
)
from kiosk.budgets.permissions import ASK_EXCEPTION, MAKE_BUDGET
from kiosk.budgets.refusals import Earmarked, NotInForce, Stale
from kiosk.budgets.services.moves import hold, move, positive
from kiosk.chain.services import canonical
from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.formats import fen_to_text
from kiosk.core.i18n import _, lazy
from kiosk.core.masking import clean, mask
from kiosk.core.trace import record
from kiosk.steps import queries as steps
from kiosk.steps import services as decisions
from kiosk.steps.models import APPROVED as AGREED
from kiosk.steps.models import OPEN, Approval
from kiosk.steps.queries import Ladder


def ask_transfer(*, by: Actor, from_line: int, to_line: int, amount: int, reason: str) -> BudgetTransfer:
    """Propose that so many fen go from one line to another of the same term; meanwhile they are committed.

    The same again while it is not decided is the same transfer. Earmarked for a line from which nothing may
    go; Overspent for more than it has left; Invalid for a line and itself.
    """
    by.needs(MAKE_BUDGET, SCHOOL)
    _both(from_line, to_line)
    said = {"from_id": from_line, "to_id": to_line, "amount": positive(amount), "reason": _reason(reason)}
    if there := queries.under_way(BudgetTransfer, asked_by=str(by), **said):
        return there
    found = BudgetTransfer(**said, state=PROPOSED, asked_at=clock.now(), asked_by=str(by))
    session.add(found)
    session.flush()
    move(by, hold(from_line), COMMITS, subject_of(found), committed=amount)
    _begin(by, TRANSFER, found)
    return found


def _both(from_line: int, to_line: int) -> None:
    giving = queries.position(from_line)
    if giving.earmarked:
        raise Earmarked(field="from_line", line=giving.label)
    if from_line == to_line:
        raise Invalid(lazy("Please choose another line."), field="to_line")
    known = {one.line for one in queries.positions(giving.term)}
    if not {from_line, to_line} <= known:
        raise NotInForce


def ask_exception(*, by: Actor, line: int, amount: int, title: str, reason: str) -> BudgetException:
    """Propose that a line gives so many fen beyond what it has: decided one level higher, in public.

    The same again while it is not decided is the same exception.
    """
    by.needs(ASK_EXCEPTION, SCHOOL)
    if line not in {one.line for one in queries.positions(queries.line(line).term_id)}:
        raise NotInForce(field="line")
    told = {"title": mask(TITLE.read(clean(title))), "reason": _reason(reason)}
    said = {"line_id": line, "amount": positive(amount), **told}
    if there := queries.under_way(BudgetException, asked_by=str(by), **said):
        return there
    found = BudgetException(**said, state=PROPOSED, asked_at=clock.now(), asked_by=str(by))
    session.add(found)
    session.flush()
    _begin(by, EXCEPTION, found, higher=True)
    return found


def _reason(text: str) -> str:
    return mask(REASON.read(clean(text)))


def _begin(by: Actor, ladder: Ladder, wish: queries.Wish, *, higher: bool = False) -> None:
    decisions.begin(
        by=by,
        ladder=ladder,
        subject=subject_of(wish),
        content=content_of_wish(wish),
        amount=wish.amount,
        why=wish.reason,
        higher=higher,
    )
    record("budget.asked", subject_of(wish), by=by, after=_told(wish))


def change(*, by: Actor, wish: queries.Wish, seen: str, amount: int, reason: str) -> None:
    """Ask for another amount, or for another reason: what was signed is void.

    `seen` is the hash of what was looked at: Stale where somebody changed it since. The same again changes
    nothing. Conflict once it is over.
    """
    _mine(by, wish)
    if wish.state == PROPOSED and (wish.amount, wish.reason) == (amount, _reason(reason)):
        return
    if seen != hash_of(wish):
        raise Stale
    before = _told(wish)
    if isinstance(wish, BudgetTransfer):
        _let_go(by, wish)
        _both(wish.from_id, wish.to_id)
        move(by, hold(wish.from_id), COMMITS, subject_of(wish), committed=positive(amount))
    wish.amount, wish.reason, wish.state = positive(amount), _reason(reason), PROPOSED
    session.flush()
    running = steps.running(subject_of(wish))
    assert running
    after = _told(wish)
    changed = [name for name, value in after.items() if before[name] != value]
    decisions.change(
        by=by,
        approval=running,
        content=content_of_wish(wish),
        amount=wish.amount,
        changed=changed,
        why=wish.reason,
    )
    record("budget.asked", subject_of(wish), by=by, before=before, after=after)


def withdraw(*, by: Actor, wish: queries.Wish) -> None:
    """Take back what was asked. Conflict once it is over."""
    _mine(by, wish)
    running = steps.running(subject_of(wish))
    if running is not None:
        decisions.withdraw(by=by, approval=running)
    _end(wish, DROPPED)
    if isinstance(wish, BudgetTransfer):
        _let_go(by, wish)
    record("budget.taken_back", subject_of(wish), by=by, after={"amount": wish.amount})


def _mine(by: Actor, wish: queries.Wish) -> None:
    by.needs(MAKE_BUDGET if isinstance(wish, BudgetTransfer) else ASK_EXCEPTION, SCHOOL)
    if wish.state not in (PROPOSED, RETURNED):
        raise Conflict(lazy("This is decided already."))


def _let_go(by: Actor, wish: BudgetTransfer) -> None:
    """Free what a transfer has committed."""
    subject = subject_of(wish)
    if has := queries.committed(subject):
        move(by, hold(wish.from_id), RELEASES, subject, of=subject, taken=has)


def _end(wish: queries.Wish, state: str) -> None:
    wish.state, wish.decided_at = state, clock.now()
    session.flush()


def subject_of(wish: queries.Wish) -> str:
    """A transfer or an exception in the record, on its way up, and as the source of its moves."""
    return f"{wish.__tablename__}:{wish.id}"


def _told(wish: queries.Wish) -> dict[str, Any]:
    said: dict[str, Any] = {"amount": wish.amount, "reason": wish.reason}
    if isinstance(wish, BudgetTransfer):
        return {"from": wish.from_id, "to": wish.to_id, **said}
    return {"line": wish.line_id, "title": wish.title, **said}


def content_of_wish(wish: queries.Wish) -> bytes:
    """What is decided about, as canonical bytes."""
    return canonical({"what": subject_of(wish), **_told(wish)}).encode()


def hash_of(wish: queries.Wish) -> str:
    """The hash of what is decided about."""
    return decisions.digest(content_of_wish(wish))


def _outcome(by: Actor, approval: Approval) -> None:
    wish = queries.wish(approval.subject)
    if wish.state != PROPOSED or approval.state == OPEN:
        return
    if approval.state != AGREED:
        _end(wish, RETURNED)
        if isinstance(wish, BudgetTransfer):
            _let_go(by, wish)
        return
    if hash_of(wish) != approval.hash:
        raise Conflict(lazy("This is not what was decided about. Nothing was moved."))
    _end(wish, APPROVED)
    _carry_out(by, wish)


def _carry_out(by: Actor, wish: queries.Wish) -> None:
    subject, amount = subject_of(wish), wish.amount
    if isinstance(wish, BudgetException):
        move(by, hold(wish.line_id), ALLOWS, subject, allowed=amount)
        return
    _both(wish.from_id, wish.to_id)
    move(by, hold(wish.from_id), TRANSFERS, subject, of=subject, taken=amount, planned=-amount)
    move(by, hold(wish.to_id), TRANSFERS, subject, planned=amount)


def title_of(subject: str) -> str:
    """What a transfer or an exception is called."""
    wish = queries.wish(subject)
    if isinstance(wish, BudgetTransfer):
        names = {"from": _name(wish.from_id), "to": _name(wish.to_id)}
        return str(_("Transfer from %(from)s to %(to)s", **names))
    return str(_("Exception for %(line)s: %(title)s", line=_name(wish.line_id), title=wish.title))


def _name(line: int) -> str:
    return queries.position(line).label


def _brief(approval: Approval) -> Iterator[str]:
    """What its lines have left now."""
    wish = queries.wish(approval.subject)
    own = wish.from_id if isinstance(wish, BudgetTransfer) else wish.line_id
    found = queries.position(own)
    yield str(_("%(line)s has %(left)s yuan left", line=found.label, left=fen_to_text(found.available)))


FIELDS: Mapping[str, Any] = {
    "amount": lazy("Amount (yuan)"),
    "reason": lazy("Reason, as everybody reads it"),
    "title": lazy("Exception for what"),
}
TRANSFER = Ladder(
    name="budget-transfer",
    label=lazy("Transfers between budget lines"),
    proposers=MAKE_BUDGET.roles,
    title=title_of,
    address=lambda subject: f"/office/budget/transfers/{subject.partition(':')[2]}",
    fields=FIELDS,
    brief=_brief,
    outcome=_outcome,
)
EXCEPTION = Ladder(
    name="budget-exception",
    label=lazy("Exceptions to the budget"),
    proposers=ASK_EXCEPTION.roles,
    title=title_of,
    address=lambda subject: f"/office/budget/exceptions/{subject.partition(':')[2]}",
    fields=FIELDS,
    brief=_brief,
    outcome=_outcome,
)
