"""What everybody finds of postings: all that the version in force says, as long as it is not withdrawn."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from kiosk.core.db import session
from kiosk.core.filters import day
from kiosk.core.i18n import Text, _, in_every_language
from kiosk.core.searched import Entry, Hit, Searched
from kiosk.core.web import named
from kiosk.counters.models import Counter
from kiosk.counters.queries import codes_in
from kiosk.postings import queries
from kiosk.postings.models import Posting, PostingVersion
from kiosk.postings.queries import Version


def _groups() -> Mapping[str, Text]:
    return {kind.slug: kind.label for kind in queries.declared_kinds()}


def _keys() -> Iterable[str]:
    query = select(PostingVersion.posting_id).where(PostingVersion.version == 1)
    return map(str, session.scalars(query.order_by(PostingVersion.posting_id)).all())


def _posted(keys: Collection[str]) -> list[Posting]:
    """The postings with these numbers of which something stands."""
    query = select(Posting).where(Posting.id.in_([int(key) for key in keys]))
    found = session.scalars(query.options(selectinload(Posting.versions)))
    return [one for one in found if one.versions and not one.withdrawal]


def _entries(keys: Collection[str]) -> Mapping[str, Entry]:
    return {
        str(one.id): Entry(
            group=one.kind,
            lines=tuple(_lines(queries.version(one.versions[0]))),
            at=one.versions[-1].posted_at,
            canteen=canteen_of(one),
            called=" ".join(in_every_language(queries.kind_of(one.kind).label)),
        )
        for one in _posted(keys)
    }


def canteen_of(one: Posting) -> str | None:
    """The canteen that it is about: its own, or that of its counter."""
    canteen = one.canteen or (one.counter.canteen if one.counter else None)
    return canteen.code if canteen else None


def _lines(said: Version) -> Iterator[str]:
    """Its title, what it says as a whole, each row, and why it was corrected."""
    yield from _title(said)
    for one, value in said.fields:
        if one.name != said.kind.heading and value not in (None, ""):
            yield from queries.shown(one, value).split("\n")
    for row in said.rows:
        cells = ((one, row.get(one.name)) for one in said.kind.columns)
        yield " · ".join(queries.shown(one, value) for one, value in cells if value not in (None, ""))
    yield from filter(None, [said.reason])


def _title(said: Version) -> Iterator[str]:
    """What it is called by its own words or days; the name of a term is the term's, which may change."""
    period, own = said.row.posting.period, said.content["fields"].get(said.kind.heading)
    if own or said.kind.titled:
        yield said.title
    elif not period.startswith("T"):
        yield queries.period_words(period)


def _hits(keys: Collection[str]) -> Mapping[str, Hit]:
    return {str(one.id): _hit(one) for one in _posted(keys)}


def _hit(one: Posting) -> Hit:
    said = queries.version(one.versions[0])
    whose = named(one.place) if one.place else _("Whole school")
    told = (whose, day(one.versions[-1].posted_at, "date"))
    return Hit(said.title, url_for("postings.posting", number=one.id), " · ".join(map(str, told)))


def _moved(subjects: Collection[str]) -> Iterable[str]:
    """What hangs at these counters: their canteen is its own."""
    if not (codes := codes_in(subjects)):
        return ()
    query = select(Posting.id).join(Posting.counter).where(Counter.code.in_(codes))
    return map(str, session.scalars(query).all())


POSTINGS = Searched(subject="posting", groups=_groups, keys=_keys, entries=_entries, hits=_hits, moved=_moved)
