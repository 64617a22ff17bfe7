"""What is posted of fees, where SQL compares and adds it up."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select

from kiosk.core.actor import KIOSK
from kiosk.core.db import session
from kiosk.core.trace import record
from kiosk.finance.models import AgencyClosing, AgencyItem, FeeItem
from kiosk.finance.names import key_of
from kiosk.postings.models import Posting, PostingVersion
from kiosk.postings.queries import Reading

FIGURES = ("received", "spent", "refunded")


def hold(posting_id: int) -> None:
    """Let nobody else collect, close, correct or withdraw of a posting before this transaction ends."""
    query = select(Posting.id).where(Posting.id == posting_id)
    session.execute(query.with_for_update(key_share=True, of=Posting)).all()


def fill_fees(version: PostingVersion, reading: Reading) -> None:
    """The list in force of a term is this version's."""
    posting = version.posting
    empty_fees(posting)
    session.add_all(
        FeeItem(
            posting_id=posting.id,
            period=posting.period,
            position=position,
            key=key_of(row["item"], row["whom"]),
            name=row["item"],
            whom=row["whom"],
            unit=row["unit"],
            standard=row["amount"],
        )
        for position, row in enumerate(reading.rows)
    )
    session.flush()


def empty_fees(posting: Posting) -> None:
    """Take the list of a posting out."""
    hold(posting.id)
    session.execute(delete(FeeItem).where(FeeItem.posting_id == posting.id))


def fill_agency(version: PostingVersion, reading: Reading) -> None:
    """The account in force of a term is this version's; what was closed with other figures is open again."""
    posting, rows = version.posting, {key_of(row["item"], row["whom"]): row for row in reading.rows}
    hold(posting.id)
    session.execute(delete(AgencyItem).where(AgencyItem.posting_id == posting.id))
    for position, (key, row) in enumerate(rows.items()):
        figures = {name: row[name] for name in FIGURES}
        names = {"key": key, "name": row["item"], "whom": row["whom"]}
        session.add(
            AgencyItem(posting_id=posting.id, period=posting.period, position=position, **names, **figures)
        )
    _reopen(version, rows)
    session.flush()


def _reopen(version: PostingVersion, rows: Mapping[str, Mapping[str, Any]]) -> None:
    query = select(AgencyClosing).where(
        AgencyClosing.posting_id == version.posting_id, AgencyClosing.reopened_version.is_(None)
    )
    for closing in session.scalars(query.order_by(AgencyClosing.id)):
        row = rows.get(closing.key)
        if row is None or any(row[name] != getattr(closing, name) for name in FIGURES):
            closing.reopened_version = version.version
            after = {"item": closing.name, "whom": closing.whom, "version": version.version}
            record("agency.reopened", f"posting:{version.posting_id}", by=KIOSK, after=after)


def empty_agency(posting: Posting) -> None:
    """Take the account of a posting out; what was closed stays on record."""
    hold(posting.id)
    session.execute(delete(AgencyItem).where(AgencyItem.posting_id == posting.id))
