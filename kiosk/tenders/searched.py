"""What everybody finds of tenders: what is tendered, what is bought, who was awarded."""

from collections.abc import Collection, Iterable, Mapping

from flask import url_for
from sqlalchemy import select

from kiosk.core.db import session
from kiosk.core.i18n import lazy
from kiosk.core.masking import mask
from kiosk.core.searched import Entry, Hit, Searched
from kiosk.tenders import queries
from kiosk.tenders.models import Tender


def _public(keys: Collection[str]) -> list[Tender]:
    query = select(Tender).where(Tender.id.in_([int(key) for key in keys])).options(*queries.WHOLE)
    return [one for one in session.scalars(query) if queries.is_public(one)]


def _keys() -> Iterable[str]:
    return [str(number) for number in session.scalars(select(Tender.id))]


def _entries(keys: Collection[str]) -> Mapping[str, Entry]:
    found = {}
    for one in _public(keys):
        need = queries.need(one)
        items = " ".join(line.label for line in need.lines)
        winner = one.award.bid.bidder if one.award and one.award.bid else ""
        lines = tuple(filter(None, (need.title, mask(need.why), items, winner)))
        found[str(one.id)] = Entry("tenders", lines, one.begun_at)
    return found


def _hits(keys: Collection[str]) -> Mapping[str, Hit]:
    return {
        str(one.id): Hit(queries.need(one).title, url_for("tenders.show", number=one.id), str(one.label))
        for one in _public(keys)
    }


TENDERS = Searched(
    subject="tender",
    groups=lambda: {"tenders": lazy("Tenders")},
    keys=_keys,
    entries=_entries,
    hits=_hits,
)
