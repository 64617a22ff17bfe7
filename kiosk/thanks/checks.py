"""Whether commendations stand as the record says."""

from collections.abc import Iterator

from sqlalchemy import select

from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import Finding, KnownHead, read_body
from kiosk.core.db import session
from kiosk.thanks.models import Commendation


def recount() -> Iterator[Finding]:
    """Every commendation whose person or posting is another than the entry about it says."""
    for one in session.scalars(select(Commendation).order_by(Commendation.case_id)):
        entry = session.get(ChainEntry, one.chain_seq)
        body = read_body(entry.body) if entry else {}
        said = body.get("after") or {}
        stored = (f"case:{one.case_id}", "deed.confirmed", one.posting_id)
        if (body.get("subject"), body.get("action"), said.get("posting")) != stored:
            yield Finding("commendation", str(one.case_id), "unknown")
        elif said.get("whose") != one.person_id:
            yield Finding("commendation", str(one.case_id), "altered", "person")


def heads() -> Iterator[KnownHead]:
    """The entries that commendations point to."""
    for number, seq in session.execute(select(Commendation.case_id, Commendation.chain_seq)):
        yield KnownHead(seq, "", f"commendation {number}")
