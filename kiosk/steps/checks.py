"""Whether approvals stand as they were decided, and every fact of them as the record has it."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import Finding, KnownHead, opened
from kiosk.core.db import session
from kiosk.steps.models import WITHDRAWN, Approval, Decision, Delegation, Round
from kiosk.steps.queries import reached
from kiosk.steps.services import digest

FACTS = ("step.proposed", "step.changed", "step.approved", "step.returned", "step.minuted")
FILLED = "step.filled"
NAMED = "delegation.made"

Told = dict[str, Any]


def recount() -> Iterator[Finding]:
    """Each approval against its rounds, parts and decisions, and these against the record."""
    entries, told = _entries(FACTS), set[int]()
    filled: dict[str, list[Told]] = {}
    for body in _entries((FILLED,)).values():
        filled.setdefault(str(body["subject"]), []).append(body)
    for approval in session.scalars(select(Approval).order_by(Approval.id)):
        yield from _standing(approval)
        facts: list[Round | Decision] = [*approval.rounds, *approval.decisions]
        for fact in facts:
            told.add(fact.chain_seq)
            yield from _fact(approval, fact, entries.get(fact.chain_seq, {}))
        began = entries.get(approval.rounds[0].chain_seq, {}) if approval.rounds else {}
        yield from _began(approval, began, filled.get(f"step:{approval.id}", []))
    for seq, body in sorted(entries.items()):
        if seq not in told:
            yield Finding("step", str(body["subject"]).partition(":")[2], "missing", f"entry {seq}")
    yield from _delegations()


def _entries(actions: tuple[str, ...]) -> dict[int, Told]:
    return opened(session.scalars(select(ChainEntry).where(ChainEntry.action.in_(actions))))


def heads() -> Iterator[KnownHead]:
    """The entries that rounds and decisions point to: a record that ends before them was cut."""
    for table in (Round, Decision):
        for number, seq in session.execute(select(table.approval_id, table.chain_seq)):
            yield KnownHead(seq, "", f"step {number}")


def _standing(one: Approval) -> Iterator[Finding]:
    """What an approval says of itself follows from its rounds and decisions."""
    last = one.rounds[-1] if one.rounds else None
    now: Told = {"round": one.round, "hash": one.hash, "amount": one.amount}
    follows = {"round": last.number, "hash": last.hash, "amount": last.amount} if last else {}
    if one.state != WITHDRAWN and now == follows:
        now |= {"level": one.level, "state": one.state}
        follows |= dict(zip(("level", "state"), reached(one), strict=True))
    if wrong := [name for name, value in now.items() if follows.get(name) != value]:
        yield Finding("step", str(one.id), "altered", ", ".join(wrong))


def _began(one: Approval, entry: Told, filled: list[Told]) -> Iterator[Finding]:
    """Its subject, its ladder and the places that are filled without a decision are what the record says.

    Entries of before 0.3.0 was finished say nothing of the ladder.
    """
    after = entry.get("after") or {}
    wrong = ["subject"] if after.get("subject", one.subject) != one.subject else []
    ladder = digest(one.declared.encode())
    wrong += ["ladder"] if after.get("declared", ladder) != ladder else []
    named = [after.get("parts") or {}, *((body.get("after") or {}).get("parts") or {} for body in filled)]
    told = sorted((name, number) for parts in named for name, people in parts.items() for number in people)
    if told != sorted((part.name, part.person_id) for part in one.parts):
        wrong.append("parts")
    if entry and wrong:
        yield Finding("step", str(one.id), "altered", ", ".join(wrong))


def _fact(approval: Approval, fact: Round | Decision, entry: Told) -> Iterator[Finding]:
    """A round or a decision is what the record says of it."""
    is_decision = isinstance(fact, Decision)
    place = f"{approval.id}, {'decision' if is_decision else 'round'} {fact.id}"
    if entry.get("subject") != f"step:{approval.id}":
        yield Finding("step", place, "unknown")
        return
    told = {**(entry.get("after") or {}), "action": entry["action"], "person": entry["actor"].get("person")}
    stored = _decided(fact, told) if isinstance(fact, Decision) else _proposed(fact)
    if wrong := [name for name, value in stored.items() if told.get(name) != value]:
        yield Finding("step", place, "altered", ", ".join(wrong))


def _decided(fact: Decision, told: Told) -> Told:
    facts = {"round": fact.round, "level": fact.level, "hash": fact.hash, "account": fact.account_id}
    if fact.minuted_by_id is None:
        action = "step.approved" if fact.approves else "step.returned"
        return {**facts, "action": action, "person": fact.person_id, "absent": fact.absent_id}
    side = "agreed" if fact.approves else "against"
    roll = told.get(side) or []
    stands = roll if fact.person_id in roll else [fact.person_id]
    return {**facts, "action": "step.minuted", "person": fact.minuted_by_id, side: stands}


def _proposed(fact: Round) -> Told:
    return {
        "round": fact.number,
        "hash": fact.hash,
        "amount": fact.amount,
        "changed": fact.changed,
        "account": fact.account_id,
        "person": fact.person_id,
    }


def _delegations() -> Iterator[Finding]:
    """Each delegation is what the record says of it, and none is missing."""
    entries = {str(body["subject"]): body.get("after") or {} for body in _entries((NAMED,)).values()}
    for one in session.scalars(select(Delegation).order_by(Delegation.id)):
        told = entries.pop(f"delegation:{one.id}", None)
        if told is None:
            yield Finding("delegation", str(one.id), "unknown")
            continue
        stored = {
            "absent": one.person_id,
            "stand_in": one.stand_in_id,
            "first": one.first.isoformat(),
            "last": one.last.isoformat(),
            "named_by": one.named_by_id,
        }
        if wrong := [name for name, value in stored.items() if told.get(name) != value]:
            yield Finding("delegation", str(one.id), "altered", ", ".join(wrong))
    for subject in entries:
        yield Finding("delegation", subject.partition(":")[2], "missing")
