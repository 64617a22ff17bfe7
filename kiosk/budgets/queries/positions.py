"""How the lines of a budget stand, in fen, and what is still committed for a source."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from kiosk.budgets.models import APPROVED, FIGURES, BudgetLine, BudgetMove, BudgetRow, BudgetVersion
from kiosk.budgets.queries.versions import in_force, term_on
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.core.i18n import named


@dataclass(frozen=True, kw_only=True)
class Position:
    """How a line stands, in fen; `line` is its number, the words are those of the version in force.

    `available` is below zero only by an exception; `allowed` is what exceptions allow in all, `over` what
    was taken of that.
    """

    line: int
    term: int
    name: str
    name_en: str
    purpose: str
    item_class: str
    earmarked: bool
    planned: int
    committed: int
    spent: int
    allowed: int
    over: int
    available: int
    can_give: int
    """What can still be asked of it, with what exceptions allow."""

    @property
    def label(self) -> str:
        """What it is called in the language that is spoken."""
        return named(self)

    def fits(self, item_class: str | None) -> bool:
        """Whether what is of a class may be bought from it; a class that is not known may."""
        return not (item_class and self.earmarked and self.item_class and self.item_class != item_class)


def _position(row: BudgetRow) -> Position:
    words = {name: getattr(row, name) for name in ("name", "name_en", "purpose", "item_class", "earmarked")}
    figures = {name: getattr(row.line, name) for name in (*FIGURES, "available", "can_give")}
    return Position(line=row.line_id, term=row.line.term_id, **words, **figures)


def line(line_id: int) -> BudgetLine:
    """A line with its figures, or NotFound."""
    found = session.get(BudgetLine, line_id)
    if found is None:
        raise NotFound
    return found


def row_of(line_id: int) -> BudgetRow | None:
    """A line as the last approved version that has it says; None before one has."""
    query = (
        select(BudgetRow)
        .join(BudgetVersion)
        .where(BudgetRow.line_id == line_id, BudgetVersion.state == APPROVED)
        .order_by(BudgetVersion.number.desc())
    )
    return session.scalars(query.limit(1)).first()


def position(line_id: int) -> Position:
    """How a line stands. NotFound for one that no approved version has."""
    row = row_of(line_id)
    if row is None:
        raise NotFound
    return _position(row)


def positions(term: int) -> list[Position]:
    """How the lines of the version in force of a term stand, in its order; none before one is approved."""
    found = in_force(term)
    return [_position(row) for row in found.rows] if found else []


@dataclass(frozen=True)
class Total:
    """The figures of several lines in all."""

    planned: int
    committed: int
    spent: int
    over: int

    @property
    def available(self) -> int:
        """What is left."""
        return self.planned - self.committed - self.spent


def total(lines: Iterable[Position]) -> Total:
    """What lines come to in all."""
    known = list(lines)
    return Total(
        *(sum(getattr(one, name) for one in known) for name in ("planned", "committed", "spent", "over"))
    )


def lines_for(day: date, item_class: str | None = None) -> list[Position]:
    """The lines from which something of a class may be bought on a day, those of the class first."""
    term = term_on(day)
    found = [one for one in positions(term.id) if one.fits(item_class)] if term else []
    return sorted(found, key=lambda one: not (item_class and one.item_class == item_class))


def committed(source: str, line_id: int | None = None) -> int:
    """What is still committed for a source, in fen, on all lines or on one."""
    return sum(committed_on(source, [line_id] if line_id else None).values())


def committed_on(source: str, lines: Iterable[int] | None = None) -> dict[int, int]:
    """What is still committed for a source, by line; lines with nothing are left out."""
    found: dict[int, int] = {}
    for column, by in ((BudgetMove.committed, BudgetMove.source), (-BudgetMove.taken, BudgetMove.of)):
        query = select(BudgetMove.line_id, func.sum(column)).where(by == source)
        for number, amount in session.execute(query.group_by(BudgetMove.line_id)):
            found[number] = found.get(number, 0) + int(amount)
    wanted = set(lines) if lines is not None else set(found)
    return {number: amount for number, amount in found.items() if amount and number in wanted}


def spent_on(source: str) -> dict[int, int]:
    """What was spent for a source, less what came back, by line."""
    query = select(BudgetMove.line_id, func.sum(BudgetMove.spent)).where(BudgetMove.source == source)
    found = session.execute(query.group_by(BudgetMove.line_id))
    return {number: int(amount) for number, amount in found if amount}
