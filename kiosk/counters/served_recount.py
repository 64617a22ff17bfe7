"""Whether meals served stand as the record says."""

from collections.abc import Iterator

from sqlalchemy import select

from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import Finding, KnownHead, opened
from kiosk.core.db import session
from kiosk.school.models import MealsServed


def recount() -> Iterator[Finding]:
    """Every number that is not as its entry says, and every number of an entry that is gone."""
    entries = opened(session.scalars(select(ChainEntry).where(ChainEntry.action == "meals.served")))
    told = {
        (seq, str(body["subject"]).partition(":")[2], text): False
        for seq, body in entries.items()
        for text in (body.get("after") or {}).get("numbers", ())
    }
    for row in session.scalars(select(MealsServed).order_by(MealsServed.id)):
        number = "-" if row.number is None else row.number
        key = (row.chain_seq, row.canteen, f"{row.day} {row.meal} {number}")
        if key in told:
            told[key] = True
        else:
            yield Finding("meals", f"{row.canteen} {row.day} {row.meal}", "altered")
    for (seq, canteen, text), found in told.items():
        if not found:
            yield Finding("meals", f"{canteen} {text}", "missing", f"entry {seq}")


def heads() -> Iterator[KnownHead]:
    """The entries that numbers of meals point to."""
    for seq in session.scalars(select(MealsServed.chain_seq).distinct()):
        yield KnownHead(seq, "", f"meals served, entry {seq}")
