"""What is found of everything public.

Each search looks through the one table from end to end: a piece of one or two characters, as most Chinese
words are, stands in no index of three letters, and what is erased is gone from a table at once. docs/scale.md
says how long that takes.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.sql import Select

from kiosk.core import clock
from kiosk.core.db import db, session
from kiosk.core.i18n import Text
from kiosk.core.room import rooms
from kiosk.core.searched import Hit, Searched
from kiosk.school import queries as school
from kiosk.search.folding import Part, are_initials, excerpt, fold, words
from kiosk.search.models import SearchEntry

A_PAGE = 20
A_FEW = 5
"""So many of each group stand there while none is chosen."""


@dataclass(frozen=True)
class Wanted:
    """What is looked for; of one group, one canteen, one month (its first day), where these are given."""

    words: tuple[str, ...]
    group: str = ""
    canteen: str = ""
    month: date | None = None


class Found(NamedTuple):
    """Something that was found, with the sentence in which it says what was looked for."""

    hit: Hit
    parts: list[Part]


class Group(NamedTuple):
    """What was found under one name: how much of it there is, and what of it is shown, the newest first."""

    code: str
    label: Text
    number: int
    found: list[Found]


class Results(NamedTuple):
    """The groups with anything in them, how much each has, and how many pages the chosen one has."""

    groups: list[Group]
    counts: dict[str, int]
    pages: int


def groups() -> dict[str, Text]:
    """The names of everything that can be found just now."""
    return {code: label for one in sources() for code, label in one.groups().items()}


def sources() -> list[Searched]:
    """What the rooms in use hand in."""
    return [one for room in rooms() for one in room.searched]


def alike(word: str) -> tuple[str, ...]:
    """A folded word, then what rooms say is meant by it, too: 9月午餐费 is also 9月伙食费.

    The longest of their words that stands in it counts.
    """
    groups = [list(map(fold, group)) for room in rooms() for group in room.alike]
    known = [(one, group) for group in groups for one in group if one in word]
    if not known:
        return (word,)
    longest = max(len(one) for one, _group in known)
    others = (word.replace(own, one) for own, group in known if len(own) == longest for one in group)
    return tuple(dict.fromkeys((word, *others)))


def also(looked_for: Sequence[str]) -> list[str]:
    """What is searched beside the words themselves."""
    return [one for word in looked_for for one in alike(word)[1:]]


def find(wanted: Wanted, page: int = 1) -> Results:
    """What is found: a few of each group, the one with the newest first; or a page of the chosen one."""
    if not wanted.words:
        return Results([], {}, 1)
    labels = groups()
    rows = [row for row in session.execute(_query(wanted)) if row.what in labels]
    counts = Counter(row.what for row in rows)
    chosen, pages = [row for row in rows if row.what == wanted.group], 1
    if wanted.group:
        pages = -(-len(chosen) // A_PAGE) or 1
        chosen = chosen[(page - 1) * A_PAGE : page * A_PAGE]
    else:
        chosen = [row for code in counts for row in islice((one for one in rows if one.what == code), A_FEW)]
    said = [one for word in wanted.words for one in alike(word)]
    found = _opened([row.id for row in chosen], said)
    shown = [
        Group(code, labels[code], number, [found[row.id] for row in chosen if row.what == code])
        for code, number in counts.items()
    ]
    return Results([one for one in shown if one.found], counts, pages)


def _query(wanted: Wanted) -> Select[int, str]:
    """The numbers and groups of what is found, the newest first; what came at once, by its number."""
    query = select(SearchEntry.id, SearchEntry.group.label("what")).where(
        *says(map(alike, wanted.words)), _is_shown()
    )
    if wanted.canteen:
        query = query.where(SearchEntry.canteen == wanted.canteen)
    if wanted.month:
        first, end = school.month_span(wanted.month)
        query = query.where(SearchEntry.at >= first, SearchEntry.at < end)
    subject = SearchEntry.subject
    return query.order_by(SearchEntry.at.desc(), func.length(subject).desc(), subject.desc())


def says(looked_for: Iterable[Sequence[str]]) -> list[Any]:
    """The conditions under which an entry says all of these folded words, whatever signs stand in them.

    Of a word and what is meant by it, too, one is enough.
    """
    return [or_(*(condition for word in group for condition in _stands(word))) for group in looked_for]


def _stands(word: str) -> Iterator[Any]:
    place = func.strpos if db.engine.dialect.name == "postgresql" else func.instr
    yield place(SearchEntry.folded, word) > 0
    if are_initials(word):
        yield place(SearchEntry.initials, word) > 0


def _is_shown() -> Any:
    return or_(SearchEntry.shown_from.is_(None), SearchEntry.shown_from <= clock.now())


def keys_of(subject: str, text: str) -> Select[Any]:
    """What stands behind the colon of the subjects of this name that say a text, as a query of its own."""
    begins = f"{subject}:"
    key = func.substr(SearchEntry.subject, len(begins) + 1)
    said = says((one,) for one in words(text))
    return select(key).where(SearchEntry.subject.startswith(begins, autoescape=True), *said)


def _opened(numbers: Collection[int], looked_for: Sequence[str]) -> dict[int, Found]:
    """By the numbers of entries: how each is called now, and where it says the words."""
    rows = list(session.scalars(select(SearchEntry).where(SearchEntry.id.in_(numbers))))
    hits = _hits([row.subject for row in rows])
    return {row.id: Found(hits[row.subject], excerpt(row.lines.split("\n"), looked_for)) for row in rows}


def _hits(subjects: Sequence[str]) -> Mapping[str, Hit]:
    found: dict[str, Hit] = {}
    for one in sources():
        begins = f"{one.subject}:"
        keys = [text.removeprefix(begins) for text in subjects if text.startswith(begins)]
        if keys:
            found.update({begins + key: hit for key, hit in one.hits(keys).items()})
    return found


def months() -> list[date]:
    """The first days of the months of which there is anything, the newest first."""
    oldest = session.scalar(select(func.min(SearchEntry.at)))
    return school.months_since(school.local(oldest).date() if oldest else school.today())
