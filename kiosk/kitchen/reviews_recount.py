"""Whether signatures under weeks and months, and morning checks, stand as the record says."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import Erased, Finding, KnownHead, opened, read_body
from kiosk.core.db import session
from kiosk.kitchen.models import ControlDecision, ControlReview, GoodsCertificate, MorningCheck

SIGNED = ("control.week_signed", "control.month_signed")
CHECKED = "health.checked"


def recount() -> Iterator[Finding]:
    """Every signature and every morning check that is not as its entry says, and those that are gone."""
    query = select(ChainEntry).where(ChainEntry.action.in_((*SIGNED, CHECKED))).order_by(ChainEntry.seq)
    told = {entry.seq: (entry.action, read_body(entry.body)) for entry in session.scalars(query)}
    decided: dict[int, list[int]] = {}
    for case, review in session.execute(select(ControlDecision.case_id, ControlDecision.review_id)):
        decided.setdefault(review, []).append(case)
    for one in session.scalars(select(ControlReview).order_by(ControlReview.id)):
        place = f"{one.canteen.code}, {one.period}"
        entry = told.pop(one.chain_seq, None)
        if entry is None or entry[0] != f"control.{one.kind}_signed":
            yield Finding("signature", place, "unknown")
        elif not _fits(one, entry[1].get("after") or {}, sorted(decided.get(one.id, []))):
            yield Finding("signature", place, "altered")
    for check in session.scalars(select(MorningCheck).order_by(MorningCheck.id)):
        entry = told.pop(check.chain_seq, None)
        after = (entry[1].get("after") or {}) if entry else {}
        if (after.get("day"), after.get("people")) != (check.day.isoformat(), check.people):
            yield Finding("morning check", str(check.day), "altered" if entry else "unknown")
    for seq, (action, body) in sorted(told.items()):
        kind = "morning check" if action == CHECKED else "signature"
        yield Finding(kind, str(body["subject"]).partition(":")[2], "missing", f"entry {seq}")


def _fits(one: ControlReview, after: dict[str, Any], cases: list[int]) -> bool:
    figures = {name: after.get(name) for name in one.figures if name != "again"}
    own = {name: value for name, value in one.figures.items() if name != "again"}
    same = (one.period, one.version) == (after.get("period"), after.get("version"))
    return same and figures == own and sorted(after.get("cases") or []) == cases


def heads() -> Iterator[KnownHead]:
    """The entries that signatures and morning checks point to."""
    for row, what in (
        (ControlReview, "signature"),
        (MorningCheck, "morning check"),
        (GoodsCertificate, "paper of goods"),
    ):
        for number, seq in session.execute(select(row.id, row.chain_seq)):
            yield KnownHead(seq, "", f"{what} {number}")


def recount_goods() -> Iterator[Finding]:
    """Every paper of goods that is not as its entry says, and those that are gone."""
    query = select(ChainEntry).where(ChainEntry.action == "goods.noted").order_by(ChainEntry.seq)
    told = opened(session.scalars(query))
    for one in session.scalars(select(GoodsCertificate).order_by(GoodsCertificate.id)):
        after = (told.pop(one.chain_seq, {}).get("after")) or {}
        stored = {
            "item": one.item,
            "supplier": one.supplier,
            "batch": one.batch,
            "paper": one.paper,
            "until": one.until.isoformat(),
        }
        if not after:
            yield Finding("paper of goods", str(one.id), "unknown")
        elif wrong := [
            name
            for name, value in stored.items()
            if not isinstance(after.get(name), Erased) and after.get(name) != value
        ]:
            yield Finding("paper of goods", str(one.id), "altered", ", ".join(wrong))
    for seq, body in sorted(told.items()):
        place = str(body["subject"]).partition(":")[2]
        yield Finding("paper of goods", place, "missing", f"entry {seq}")
