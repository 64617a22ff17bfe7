"""Whether the store stands as its moves add up, and its forms and counts as the record says."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, select

from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import Finding, KnownHead, opened
from kiosk.core.db import session
from kiosk.stock.models import (
    BACK,
    CLOSED,
    KINDS,
    StockBatch,
    StockCount,
    StockForm,
    StockItem,
    StockMove,
)
from kiosk.stock.services.counts import hash_of_count
from kiosk.stock.services.moves import hash_of, hash_of_moves, moves_of

WRITTEN = tuple(f"stock.{kind}" for kind in KINDS)


def recount() -> Iterator[Finding]:
    """The first thing and the first batch whose moves add up to another balance; then forms and counts."""
    yield from _sums(StockItem, StockItem.balance, StockMove.item_id, "stock item")
    yield from _sums(StockBatch, StockBatch.quantity, StockMove.batch_id, "stock batch")
    yield from _forms()
    yield from _counts()


def _sums(table: Any, balance: Any, key: Any, what: str) -> Iterator[Finding]:
    quantity, amount = (func.coalesce(func.sum(one), 0) for one in (StockMove.quantity, StockMove.amount))
    query = (
        select(table.id, balance, quantity, table.worth, amount)
        .outerjoin(StockMove, key == table.id)
        .group_by(table.id, balance, table.worth)
        .having((balance != quantity) | (table.worth != amount))
        .order_by(table.id)
        .limit(1)
    )
    for number, has, makes, worth, comes_to in session.execute(query):
        one = session.get_one(table, number)
        label = one.label if isinstance(one, StockItem) else one.item.label
        text = f"stands at {has} and {worth} fen, its moves make {makes} and {comes_to} fen"
        yield Finding(what, f"{number} {label}", "differs", text)


def _forms() -> Iterator[Finding]:
    told = opened(session.scalars(select(ChainEntry).where(ChainEntry.action.in_(WRITTEN))))
    for one in session.scalars(select(StockForm).order_by(StockForm.id)):
        entry = told.pop(one.chain_seq, None)
        if entry is None:
            yield Finding("stock form", str(one.id), "unknown")
            continue
        after, moves = entry.get("after") or {}, moves_of(one)
        begun = moves[: len(moves) // 2] if one.state == BACK else moves
        stored = {
            "kind": one.kind,
            "day": one.day.isoformat(),
            "lines": len(one.lines),
            "hash": hash_of(one),
            "moves": hash_of_moves(begun),
        }
        wrong = [name for name, value in stored.items() if after.get(name) != value]
        if one.state == BACK and not _mirrored(moves):
            wrong.append("what was given back")
        if wrong:
            yield Finding("stock form", str(one.id), "altered", ", ".join(wrong))
    for seq in sorted(told):
        yield Finding("stock form", f"entry {seq}", "missing")


def _mirrored(moves: Sequence[StockMove]) -> bool:
    half = len(moves) // 2
    there = [(one.batch_id, one.quantity, one.amount) for one in moves[:half]]
    return there == [(one.batch_id, -one.quantity, -one.amount) for one in moves[half:]]


def _counts() -> Iterator[Finding]:
    told = opened(session.scalars(select(ChainEntry).where(ChainEntry.action == "stock_count.closed")))
    closed = select(StockCount).where(StockCount.state == CLOSED).order_by(StockCount.id)
    for one in session.scalars(closed):
        after = (told.pop(one.chain_seq or 0, None) or {}).get("after")
        if after is None:
            yield Finding("stock count", str(one.id), "unknown")
        elif after.get("hash") != hash_of_count(one):
            yield Finding("stock count", str(one.id), "altered", "hash")
    for seq in sorted(told):
        yield Finding("stock count", f"entry {seq}", "missing")


def heads() -> Iterator[KnownHead]:
    """The entries that forms and counts point to: a record that ends before them was cut."""
    for table in (StockForm, StockCount):
        for number, seq in session.execute(select(table.id, table.chain_seq)):
            if seq is not None:
                yield KnownHead(seq, "", f"{table.__tablename__} {number}")
