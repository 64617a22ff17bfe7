"""Whether rules stand as the record says: every text by its hash, every opinion, answer and vote."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import Finding, KnownHead, read_body
from kiosk.core.db import session
from kiosk.rules.models import Opinion, OpinionAnswer, RuleVersion, RuleVote
from kiosk.rules.queries import digest

FACTS = (
    "rule.consulted",
    "rule.frozen",
    "rule.repeal_proposed",
    "opinion.given",
    "opinion.answered",
    "rule.voted",
)


def recount() -> Iterator[Finding]:
    """Every difference between the rows of rules and the record, and entries that have lost their row."""
    query = select(ChainEntry.seq, ChainEntry.body).where(ChainEntry.action.in_(FACTS))
    entries = {seq: read_body(body) for seq, body in session.execute(query)}
    for version in session.scalars(select(RuleVersion).order_by(RuleVersion.id)):
        stored = {"version": version.number, "hash": version.hash}
        yield from _of("version", version.id, version.rule_id, stored, entries.pop(version.chain_seq, {}))
        if digest(version.content) != version.hash:
            yield Finding("rule", f"{version.rule_id}, version {version.number}", "altered", "content")
    for one in session.scalars(select(Opinion).order_by(Opinion.id)):
        said = {
            "number": one.number,
            "version": one.version,
            "article": one.article,
            "voice": one.voice,
            "channel": one.channel,
        }
        yield from _of("opinion", one.id, one.rule_id, said, entries.pop(one.chain_seq, {}))
    for answer in session.scalars(select(OpinionAnswer).order_by(OpinionAnswer.id)):
        opinion = answer.opinion
        told = {"number": opinion.number, "outcome": answer.outcome, "articles": answer.articles}
        yield from _of("answer", answer.id, opinion.rule_id, told, entries.pop(answer.chain_seq, {}))
    for vote in session.scalars(select(RuleVote).order_by(RuleVote.id)):
        yield from _of("vote", vote.id, vote.version.rule_id, _voted(vote), entries.pop(vote.chain_seq, {}))
    for seq, body in sorted(entries.items()):
        yield Finding("rule", str(body.get("subject", "")).partition(":")[2], "missing", f"entry {seq}")


def _voted(vote: RuleVote) -> dict[str, Any]:
    return {
        "version": vote.version.number,
        "hash": vote.hash,
        "roll": sorted(one.person_id for one in vote.roll),
        "present": sorted(one.person_id for one in vote.present),
        "in_favour": vote.in_favour,
        "against": vote.against,
        "abstained": vote.abstained,
    }


def _of(
    what: str, number: int, rule: int, stored: dict[str, Any], entry: dict[str, Any]
) -> Iterator[Finding]:
    place = f"{rule}, {what} {number}"
    if entry.get("subject") != f"rule:{rule}":
        yield Finding("rule", place, "unknown")
        return
    told = entry.get("after") or {}
    if wrong := [name for name, value in stored.items() if told.get(name) != value]:
        yield Finding("rule", place, "altered", ", ".join(wrong))


def heads() -> Iterator[KnownHead]:
    """The entries that rows of rules point to: a record that ends before them was cut."""
    for table in (RuleVersion, Opinion, OpinionAnswer, RuleVote):
        for number, seq in session.execute(select(table.id, table.chain_seq)):
            yield KnownHead(seq, "", f"{table.__tablename__} {number}")
