"""Moves of a line: committed, replaced, given back, spent. Each is a row, an entry, and the line's figures.

Rooms above call these in the transaction of what they write themselves; a source is a text like `plan:3`.
Writers go one after the other (`core.db.transaction`), and a line is read anew under a lock of its own.
"""

from typing import Any

from kiosk.budgets import queries
from kiosk.budgets.models import (
    AMOUNT,
    COMMITS,
    FIGURES,
    REFUNDS,
    RELEASES,
    REPLACES,
    SPENDS,
    BudgetLine,
    BudgetMove,
)
from kiosk.budgets.refusals import NothingCommitted, NotInForce, Overspent, WrongClass
from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Invalid, NotFound
from kiosk.core.formats import fen_to_text
from kiosk.core.i18n import lazy, named
from kiosk.core.trace import record
from kiosk.school import queries as school


def commit(*, by: Actor, line: int, amount: int, source: str, item_class: str | None = None) -> BudgetMove:
    """Reserve so many fen of a line for a source; asked again, it adds to that.

    Overspent for more than it has left and exceptions allow; NotInForce for a line that is not in the budget
    in force; WrongClass where it is earmarked for another class.
    """
    held = hold(line)
    _fits(held, item_class)
    return move(by, held, COMMITS, source, committed=positive(amount))


def replace(*, by: Actor, of: str, source: str, amount: int, line: int | None = None) -> BudgetMove:
    """Commit exactly so many fen for a source, out of what `of` has committed, on the same line.

    What `of` had beyond that stays committed; only an excess over it is asked of the line. `line` says which
    where `of` is committed on several. Overspent; NothingCommitted where `of` has nothing (any more).
    """
    held = hold(_line_of(of, line))
    has = queries.committed(of, held.id)
    return move(by, held, REPLACES, source, of=of, taken=min(has, positive(amount)), committed=amount)


def release(*, by: Actor, source: str) -> int:
    """Give back whatever is still committed for a source, on all its lines; nothing is nothing. How much."""
    given = 0
    for number in sorted(queries.committed_on(source)):
        held = hold(number)
        has = queries.committed(source, number)
        move(by, held, RELEASES, source, of=source, taken=has)
        given += has
    return given


def spend(
    *,
    by: Actor,
    source: str,
    amount: int,
    of: str | None = None,
    line: int | None = None,
    item_class: str | None = None,
) -> BudgetMove:
    """Spend so many fen: out of what `of` has committed, only an excess is asked of the line; or of a line.

    What `of` has left stays committed until it is released. Raises as `commit` and `replace` do.
    """
    if of is None and line is None:
        raise ValueError("spend needs what it comes of, or a line")
    held = hold(_line_of(of, line) if of is not None else line or 0)
    _fits(held, item_class)
    has = queries.committed(of, held.id) if of is not None else 0
    return move(by, held, SPENDS, source, of=of or "", taken=min(has, positive(amount)), spent=amount)


def refund(*, by: Actor, source: str, amount: int, line: int | None = None) -> BudgetMove:
    """So many fen of what was spent for a source came back: the line has them again.

    NothingCommitted for more than was spent for it; `line` says which where it was spent of several.
    """
    found = queries.spent_on(source)
    number = line if line is not None else next(iter(found), 0) if len(found) == 1 else 0
    if found.get(number, 0) < positive(amount):
        raise NothingCommitted
    return move(by, hold(number), REFUNDS, source, spent=-amount)


def positive(amount: int) -> int:
    """An amount that is asked for. Invalid for nothing and less."""
    if amount <= 0:
        raise Invalid(lazy("Please enter an amount above zero."), field=AMOUNT.name)
    return amount


def _line_of(source: str, line: int | None) -> int:
    """The line on which a source is committed."""
    found = queries.committed_on(source)
    if line is not None:
        return line
    if len(found) != 1:
        raise NothingCommitted
    return next(iter(found))


def hold(number: int) -> BudgetLine:
    """A line as it is now, locked until the transaction ends. NotFound."""
    found: BudgetLine | None = session.get(BudgetLine, number, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound
    return found


def _fits(held: BudgetLine, item_class: str | None) -> None:
    version = queries.in_force(held.term_id)
    if version is None or held.id not in {row.line_id for row in version.rows}:
        raise NotInForce
    found = queries.position(held.id)
    if not found.fits(item_class):
        raise WrongClass(field="line", line=found.label, item_class=found.item_class)


def move(by: Actor, held: BudgetLine, kind: str, source: str, *, of: str = "", **adds: int) -> BudgetMove:
    """Write a move, its entry and the line's figures. Overspent where the line cannot give it."""
    frees = adds.get("taken", 0) - min(0, adds.get("spent", 0))
    asks = adds.get("committed", 0) + max(0, adds.get("spent", 0)) - min(0, adds.get("planned", 0))
    over = _over(held, asks - frees)
    facts = {**dict.fromkeys(("planned", "committed", "taken", "spent", "allowed"), 0), **adds, "over": over}
    told: dict[str, Any] = {"kind": kind, "source": source, "of": of, **facts}
    entry = {name: value for name, value in told.items() if value}
    found = BudgetMove(
        line_id=held.id,
        **told,
        day=school.today(),
        at=clock.now(),
        by=str(by),
        chain_seq=record("budget.moved", f"budget_line:{held.id}", by=by, after=entry),
    )
    for name in FIGURES:
        net = facts[name] - (facts["taken"] if name == "committed" else 0)
        setattr(held, name, getattr(held, name) + net)
    session.add(found)
    session.flush()
    return found


def _over(held: BudgetLine, asks: int) -> int:
    """What of an exception a move takes; below zero what of it is free again. Overspent beyond that.

    What is freed while a line is below what it has goes back to the exception that allowed it.
    """
    if asks <= 0:
        return -min(-asks, held.over, max(0, -held.available))
    if asks > held.can_give:
        raise overspent(held, asks)
    return max(0, asks - max(0, held.available))


def overspent(held: BudgetLine, asked: int) -> Overspent:
    """The refusal of a line that has not so much left, with its figures."""
    row, left = queries.row_of(held.id), held.can_give
    problem = Overspent(
        field="amount",
        line=named(row) if row else str(held.id),
        left=fen_to_text(left),
        asked=fen_to_text(asked),
    )
    problem.facts = {"line": held.id, "left": left, "asked": asked}
    return problem
