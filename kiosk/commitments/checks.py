"""Whether what is promised is what was promised: each version against its entry in the record."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import Erased, Finding, KnownHead, opened
from kiosk.commitments.models import CommitmentVersion
from kiosk.commitments.queries import told
from kiosk.core.db import session

FACTS = ("commitment.made", "commitment.changed", "commitment.given_up")


def recount() -> Iterator[Finding]:
    """Every version that is not as the record tells it, and every entry whose version is gone."""
    entries = opened(session.scalars(select(ChainEntry).where(ChainEntry.action.in_(FACTS))))
    for version in session.scalars(select(CommitmentVersion).order_by(CommitmentVersion.id)):
        yield from _of_version(version, entries.pop(version.chain_seq, {}))
    for seq, body in sorted(entries.items()):
        yield Finding("commitment", str(body["subject"]).partition(":")[2], "missing", f"entry {seq}")


def heads() -> Iterator[KnownHead]:
    """The entries that versions point to: a record that ends before them was cut."""
    query = select(CommitmentVersion.commitment_id, CommitmentVersion.chain_seq)
    for number, seq in session.execute(query):
        yield KnownHead(seq, "", f"commitment {number}")


def _of_version(version: CommitmentVersion, entry: dict[str, Any]) -> Iterator[Finding]:
    place = f"{version.commitment_id}, version {version.version}"
    if entry.get("subject") != f"commitment:{version.commitment_id}":
        yield Finding("commitment", place, "unknown")
        return
    after = entry.get("after") or {}
    stored = {**told(version.commitment, version), "since": version.since.isoformat()}
    wrong = [
        name
        for name, value in stored.items()
        if not isinstance(after.get(name), Erased) and after.get(name) != value
    ]
    if wrong:
        yield Finding("commitment", place, "altered", ", ".join(wrong))
