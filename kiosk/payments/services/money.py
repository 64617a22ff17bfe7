"""What a payment takes of the budget: what its sheets have committed, the rest of the line that was chosen.

A request commits the rest at once, so that two requests never spend the same money; paid, it is spent.
"""

from collections import defaultdict
from collections.abc import Iterable

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
from kiosk.payments import queries
from kiosk.payments.models import UNDER_WAY, Payment, PaymentLine, PaymentVersion
from kiosk.postings.models import PostingVersion
from kiosk.purchasing.models import Line
from kiosk.school import queries as school
from kiosk.supply import queries as supply


def budget_lines(version: PaymentVersion | None = None) -> list[Position]:
    """The lines that can be chosen today, for what is of one class those that fit; none without a budget."""
    if not any(room.name == "budgets" for room in rooms()):
        return []
    return budget.lines_for(school.today(), _class_of(version) if version else None)


def _class_of(version: PaymentVersion, of: Position | None = None) -> str | None:
    """A class of what is paid that a line is not for; else the class of all lines, where it is one."""
    query = select(PostingVersion.posting_id, PostingVersion.version, Line.position, Line.item_class)
    query = query.join(Line, Line.version_id == PostingVersion.id)
    rows = session.execute(
        query.where(PostingVersion.posting_id.in_({one.posting_id for one in version.lines}))
    )
    known = {(sheet, number, at + 1): name for sheet, number, at, name in rows}
    paid = [(one.posting_id, one.sheet_version, one.row) for one in version.lines]
    classes = {known.get(one) for one in paid}
    strange = [one for one in classes if of is not None and not of.fits(one)]
    return strange[0] if strange else classes.pop() if len(classes) == 1 else None


def _by_sheet(lines: Iterable[PaymentLine]) -> dict[str, int]:
    """What is paid of each sheet of a chain, by the source that committed it with the purchase."""
    sums: dict[str, int] = defaultdict(int)
    for line in queries.of_chain(lines):
        sums[f"sheet:{line.posting_id}"] += line.amount
    return sums


def _covered(payment: Payment, version: PaymentVersion) -> int:
    """How much of a payment its sheets have committed, beside what other requests take of the same."""
    taken = queries.claims({line.posting_id for line in version.lines}, but=payment.id)
    others = _by_sheet(one.line for those in taken.values() for one in those if one.state in UNDER_WAY)
    return sum(
        max(0, min(amount, budget.committed(source) - others.get(source, 0)))
        for source, amount in _by_sheet(version.lines).items()
    )


def hold(by: Actor, payment: Payment, version: PaymentVersion) -> None:
    """Commit of the chosen line what no sheet has committed. Overspent where it has not so much left.

    What a sheet costs more than its purchase committed is of the same line, where none was chosen. Invalid
    where a budget is kept and no line is known.
    """
    release(by, payment)
    rest = version.amount - _covered(payment, version)
    lines = budget_lines(version)
    if not lines or rest <= 0:
        return
    line = version.budget_line or next(iter(_lines_of(version)), None)
    if line is None:
        raise Invalid(lazy("Please choose the line of the budget."), field="budget_line")
    reserve(
        by=by, line=line, amount=rest, source=payment.subject, item_class=_class_of(version, _position(line))
    )


def _position(line: int) -> Position | None:
    try:
        return budget.position(line)
    except NotFound:
        return None


def _lines_of(version: PaymentVersion) -> list[int]:
    """The lines of the budget from which its chain was bought, where that pays all of it."""
    of_chain = queries.of_chain(version.lines)
    if not of_chain or len(of_chain) < len(version.lines):
        return []
    return sorted({number for source in _by_sheet(of_chain) for number in budget.committed_on(source)})


def release(by: Actor, payment: Payment) -> None:
    """Give back what is committed for a payment that is changed or taken back."""
    if budget.committed(payment.subject):
        moves.release(by=by, source=payment.subject)


def spend(by: Actor, payment: Payment) -> None:
    """What was committed is spent: by the request itself, then by its sheets; the rest of the same lines."""
    version, rest = payment.now, payment.now.amount
    held = budget.committed_on(payment.subject)
    sources = {payment.subject: sum(held.values()), **_by_sheet(version.lines)}
    lines = [*([version.budget_line] if held and version.budget_line else []), *held]
    for source, share in sources.items():
        for line, committed in sorted(budget.committed_on(source).items()):
            part = min(share, committed, rest)
            if part > 0:
                moves.spend(by=by, source=payment.subject, amount=part, of=source, line=line)
                share, rest, lines = share - part, rest - part, [*lines, line]
    if rest and lines:
        moves.spend(by=by, source=payment.subject, amount=rest, line=lines[0])


def are_committed(lines: Iterable[queries.OpenLine]) -> bool:
    """Whether the purchases of all these posted lines have committed their money."""
    known = list(lines)
    things = supply.things({one.posting for one in known})
    return bool(known) and all(
        queries.thing_of(one.line) in things.get(one.posting, {})
        and budget.committed(f"sheet:{one.posting}") > 0
        for one in known
    )


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
