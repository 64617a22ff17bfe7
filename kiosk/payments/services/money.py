"""What a payment takes of the budget: what its sheets have committed, the rest of the line that was chosen.

A request commits the rest at once, so that two requests never spend the same money; paid, it is spent.
"""

from collections import defaultdict

from sqlalchemy import select

from kiosk.budgets import queries as budget
from kiosk.budgets import services as moves
from kiosk.budgets.queries import Position
from kiosk.budgets.services import commit as reserve
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Invalid, NotFound
from kiosk.core.i18n import lazy
from kiosk.core.room import rooms
from kiosk.payments.models import Payment, PaymentVersion
from kiosk.postings.models import PostingVersion
from kiosk.purchasing.models import Line
from kiosk.school import queries as school


def budget_lines(version: PaymentVersion | None = None) -> list[Position]:
    """The lines that can be chosen today, for what is of one class those that fit; none without a budget."""
    if not any(room.name == "budgets" for room in rooms()):
        return []
    return budget.lines_for(school.today(), _class_of(version) if version else None)


def _class_of(version: PaymentVersion) -> str | None:
    """The class of all lines that are paid, where it is one."""
    classes = set()
    for line in version.lines:
        query = select(Line.item_class).join(PostingVersion, PostingVersion.id == Line.version_id)
        where = {"posting_id": line.posting_id, "version": line.sheet_version}
        classes.add(session.scalar(query.filter_by(**where).where(Line.position == line.row - 1)))
    return classes.pop() if len(classes) == 1 else None


def _of_sheets(version: PaymentVersion) -> dict[str, int]:
    """What is paid of each sheet for which something is committed, by the source that has it."""
    sums: dict[str, int] = defaultdict(int)
    for line in version.lines:
        sums[f"sheet:{line.posting_id}"] += line.amount
    return {source: amount for source, amount in sums.items() if budget.committed(source) > 0}


def hold(by: Actor, payment: Payment, version: PaymentVersion) -> None:
    """Commit of the chosen line what no sheet has committed. Overspent where it has not so much left.

    Invalid where a budget is kept and no line was chosen.
    """
    release(by, payment)
    rest = version.amount - sum(_of_sheets(version).values())
    lines = budget_lines(version)
    if not lines or rest <= 0:
        return
    if version.budget_line is None:
        raise Invalid(lazy("Please choose the line of the budget."), field="budget_line")
    reserve(
        by=by,
        line=version.budget_line,
        amount=rest,
        source=payment.subject,
        item_class=_class_of(version),
    )


def release(by: Actor, payment: Payment) -> None:
    """Give back what is committed for a payment that is changed or taken back."""
    if budget.committed(payment.subject):
        moves.release(by=by, source=payment.subject)


def spend(by: Actor, payment: Payment) -> None:
    """What was committed is spent: of each sheet its share, of the chosen line the rest."""
    version = payment.now
    held = budget.committed(payment.subject)
    shares = _of_sheets(version)
    if held:
        shares[payment.subject] = version.amount - sum(shares.values())
    for source, amount in shares.items():
        _spend_of(by, payment, source, amount)


def _spend_of(by: Actor, payment: Payment, source: str, amount: int) -> None:
    """Spend of all lines on which a source has something; of the last what is beyond that."""
    has = budget.committed_on(source)
    for place, (line, committed) in enumerate(sorted(has.items()), 1):
        part = amount if place == len(has) else min(amount, committed)
        if part > 0:
            moves.spend(by=by, source=payment.subject, amount=part, of=source, line=line)
            amount -= part


def has_committed(posting: int) -> bool:
    """Whether the purchase of a sheet has committed its money."""
    return budget.committed(f"sheet:{posting}") > 0


def budget_line_of(payment: Payment) -> Position | None:
    """How the line stands of which a payment is spent; None where none was chosen."""
    number = payment.now.budget_line
    if number is None and payment.now.lines:
        held = budget.committed_on(f"sheet:{payment.now.lines[0].posting_id}")
        number = next(iter(held), None)
    try:
        return budget.position(number) if number else None
    except NotFound:
        return None
