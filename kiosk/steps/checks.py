"""Whether approvals stand as they were decided, and every fact of them as the record has it."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import Finding, KnownHead, opened
from kiosk.core.db import session
from kiosk.steps.models import WITHDRAWN, Approval, Decision, Round
from kiosk.steps.queries import reached

FACTS = ("step.proposed", "step.changed", "step.approved", "step.returned")


def recount() -> Iterator[Finding]:
    """Each approval against its rounds and decisions, each of these against its entry in the record."""
    entries = opened(session.scalars(select(ChainEntry).where(ChainEntry.action.in_(FACTS))))
    for approval in session.scalars(select(Approval).order_by(Approval.id)):
        yield from _standing(approval)
        facts: list[Round | Decision] = [*approval.rounds, *approval.decisions]
        for fact in facts:
            yield from _fact(approval, fact, entries.pop(fact.chain_seq, {}))
    for seq, body in sorted(entries.items()):
        yield Finding("step", str(body["subject"]).partition(":")[2], "missing", f"entry {seq}")


def heads() -> Iterator[KnownHead]:
    """The entries that rounds and decisions point to: a record that ends before them was cut."""
    for table in (Round, Decision):
        for number, seq in session.execute(select(table.approval_id, table.chain_seq)):
            yield KnownHead(seq, "", f"step {number}")


def _standing(one: Approval) -> Iterator[Finding]:
    """What an approval says of itself follows from its rounds and decisions."""
    last = one.rounds[-1] if one.rounds else None
    now: dict[str, Any] = {"round": one.round, "hash": one.hash, "amount": one.amount}
    follows = {"round": last.number, "hash": last.hash, "amount": last.amount} if last else {}
    if one.state != WITHDRAWN and now == follows:
        now |= {"level": one.level, "state": one.state}
        follows |= dict(zip(("level", "state"), reached(one), strict=True))
    if wrong := [name for name, value in now.items() if follows.get(name) != value]:
        yield Finding("step", str(one.id), "altered", ", ".join(wrong))


def _fact(approval: Approval, fact: Round | Decision, entry: dict[str, Any]) -> Iterator[Finding]:
    """A round or a decision is what the record says of it."""
    is_decision = isinstance(fact, Decision)
    place = f"{approval.id}, {'decision' if is_decision else 'round'} {fact.id}"
    if entry.get("subject") != f"step:{approval.id}":
        yield Finding("step", place, "unknown")
        return
    told = {**(entry.get("after") or {}), "action": entry["action"], "person": entry["actor"].get("person")}
    stored = _decided(fact) if isinstance(fact, Decision) else _proposed(fact)
    if wrong := [name for name, value in stored.items() if told.get(name) != value]:
        yield Finding("step", place, "altered", ", ".join(wrong))


def _decided(fact: Decision) -> dict[str, Any]:
    return {
        "action": "step.approved" if fact.approves else "step.returned",
        "round": fact.round,
        "level": fact.level,
        "hash": fact.hash,
        "account": fact.account_id,
        "person": fact.person_id,
        "absent": fact.absent_id,
    }


def _proposed(fact: Round) -> dict[str, Any]:
    return {
        "round": fact.number,
        "hash": fact.hash,
        "amount": fact.amount,
        "changed": fact.changed,
        "account": fact.account_id,
        "person": fact.person_id,
    }
