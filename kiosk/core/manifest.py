"""The shapes in which a room says what the house must know of it (see `core.room`)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from kiosk.core.actor import Place
from kiosk.core.i18n import LazyString, lazy
from kiosk.core.security import Permission

KEPT_AS_RECORD = lazy("kept: it is the record")
KEPT_WHILE_USED = lazy("kept while it is in use")

SLOTS = {
    "board": "a section of the public board: the day",
    "board-side": "a section beside those of the board, on a phone below them: the day",
    "wall": "a page of the screen on the wall: the day",
    "data": "a form of the page of open data: nothing",
    "privacy": "what else is kept of whom, on the privacy notice: nothing",
    "live": "a card of the live view, below its own: nothing",
    "attract": "a line on the tablet while nobody is there: the counter",
    "phone": "a section of the phone's page once a rating is stored: the counter",
    "receipt": "a section of a rating's receipt: the rating",
    "counter": "a section of a counter's public page: the counter",
    "poster": "lines at the foot of a counter's poster, unless `is_empty`: the counter",
    "roster": "a note on a counter's duty roster in the office: the counter",
    "unfound": "what to do where a search finds nothing: nothing",
    "item": "a section of an item's public page: the item",
    "sheet": "how a posted sheet came about, below it: the number of its posting; on the board, briefly",
    "posting": "a section below what is posted, on its public page: the posting",
    "draft": "a note above the form of a draft in the office: the posting, or None before it is begun",
    "step": "what is decided about, on the page of an approval: the approval",
    "case": "what a case is about, on its page in the office: the case",
    "case-public": "what else everybody reads of a case, on its public page: the case",
    "commitment": "a line below a commitment on the public page: the commitment",
    "commitment-office": "a section of a commitment's page in the office: the commitment",
    "names": "a section of the office's page of who is who: nothing",
    "office-item": "a section of an item's page in the office: the item",
}
"""The named places on pages of lower rooms that rooms above fill, and what their fragments are asked with."""


POSTED, DAILY, VOICES = "posted", "daily", "voices"
GROUPS = {
    POSTED: lazy("Purchases and postings"),
    DAILY: lazy("Daily work"),
    VOICES: lazy("Voices and answers"),
}
"""The groups of the navigation: what the school posts, what is done each day, what it is told and answers."""


class Nav(NamedTuple):
    """An entry of the office's navigation, for accounts with the permission; the smallest place is first.

    It stands there while it is `wanted`; `waiting` says of an account how much waits there, beside the label.
    Those of one group (GROUPS) stand behind its name, where its first one would be; without one, by itself.
    """

    place: int
    label: LazyString
    endpoint: str
    permission: Permission
    wanted: Callable[[], bool] = lambda: True
    waiting: Callable[[Any], int] | None = None
    group: str = ""


class SettingsPage(NamedTuple):
    """A tab of the settings; the smallest place comes first. It stands there while it is `wanted`."""

    place: int
    label: LazyString
    endpoint: str
    wanted: Callable[[], bool] = lambda: True


class Tab(NamedTuple):
    """A page of an area of the office, beside the area's other pages; the smallest place comes first.

    It stands there while it is `wanted`; it is open on every page whose endpoint has this `beginning`.
    """

    area: str
    place: int
    label: LazyString
    endpoint: str
    beginning: str
    wanted: Callable[[], bool] = lambda: True


class Asked(NamedTuple):
    """What something will ask of whom, in one sentence."""

    who: LazyString
    what: LazyString


class Switch(NamedTuple):
    """What a school does without until it switches it on: a room, a kind of posting, a gate."""

    name: str
    label: LazyString
    asks: tuple[Asked, ...]


class Table(NamedTuple):
    """What a table is for, how long its rows are kept, and the column that tells a row's age.

    `mended` says what can be done about words that are to be forgotten and stand in it.
    """

    what: LazyString
    kept: LazyString
    since: str | None = None
    mended: LazyString | None = None


class Retention(NamedTuple):
    """Rows of a table that are older than `kept` go: those for which `old(before)` is true.

    `erase(by, before)` does it where a row stays and only a part of it is erased; it gives how many.
    """

    name: str
    table: Any
    kept: timedelta
    old: Callable[[datetime], Any]
    erase: Callable[..., int] | None = None


class Concern(NamedTuple):
    """What a case is about: what it is called, the place for rights, and the number of the post responsible.

    Without a post, or while nobody holds it, the duty is the head's. `told` is what the public calls it,
    where that is another name.
    """

    label: str
    place: Place
    post: int | None = None
    told: str = ""


def _nobody(_code: str, _moment: datetime) -> Iterable[int]:
    return ()


def _nowhere(_code: str) -> str | None:
    return None


@dataclass(frozen=True, kw_only=True)
class CaseSubject:
    """How a case about something of a room (`counter:c1`) leads back to it.

    `find` gives what a code stands for, None for nothing; `choices` codes and labels of what a case can be
    about when somebody takes one down. `public` and `office` are its addresses, asked inside a request;
    `rated` gives the numbers of the persons whom a case of a moment is about.
    """

    label: LazyString
    find: Callable[[str], Concern | None]
    choices: Callable[[], Iterable[tuple[str, str]]] = tuple
    public: Callable[[str], str | None] = _nowhere
    office: Callable[[str], str | None] = _nowhere
    rated: Callable[[str, datetime], Iterable[int]] = _nobody


class Job(NamedTuple):
    """Long work that the server does by itself every so often, at night if it can.

    `work` runs inside the application's context and tells whether all is well (`ok`). `button` is what the
    office's button says that asks for it at once; without it there is none. When it fails, the office says
    so under `title`.
    """

    name: str
    title: LazyString
    every: timedelta
    work: Callable[[], dict[str, Any]]
    button: LazyString | None = None


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the codes of a room's entries in the record are called when people read them.

    `subjects` are what stands before a subject's colon, `actions` what was done. A field is called as its
    action says in `of_action`, else as the room says in `fields`. `values` are the codes in a field, `actors`
    who writes without an account.

    `plain` are the fields that stand in the record as they are: codes, and what is public by nature. Texts in
    any other field stand there as hashes and can be erased; numbers, days and times never need to be. What is
    plain under one action alone stands in `plain_of`; "" is a value that has no field.
    """

    subjects: Mapping[str, LazyString] = field(default_factory=dict)
    actions: Mapping[str, LazyString] = field(default_factory=dict)
    fields: Mapping[str, LazyString] = field(default_factory=dict)
    of_action: Mapping[str, Mapping[str, LazyString]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, LazyString]] = field(default_factory=dict)
    actors: Mapping[str, LazyString] = field(default_factory=dict)
    plain: frozenset[str] = frozenset()
    plain_of: Mapping[str, frozenset[str]] = field(default_factory=dict)
    passed_on: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By action the fields whose text others take up word for word: what is erased in one goes from all."""
    erasable: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    """By action: marks as Erasable what people wrote inside of plain values of an older version's entry."""


class FolderPage(NamedTuple):
    """A page of the inspector's folder: what the file and its entry are called, a template and what it sees.

    The template is the content of the page alone; the folder puts it into a page of its own.
    """

    name: str
    template: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class FolderPart:
    """What a room hands to the inspector's folder beside what is posted: the pages of a span of days."""

    label: LazyString
    pages: Callable[[date, date], Iterable[FolderPage]]


class Fragment(NamedTuple):
    """A part of a page of a room below: the slot (one of SLOTS), the place in it, and a template.

    `context` is asked with what the slot says; the template sees the answer as `section`. `jump` is the id of
    its heading and the word by which the top of the board leads there, on days that fill it.
    """

    slot: str
    place: int
    template: str
    context: Callable[..., dict[str, Any]]
    jump: tuple[str, LazyString] | None = None
