"""What rooms hand in to be found: whatever everybody may read of them, and nothing else."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from kiosk.core.i18n import Text


class Entry(NamedTuple):
    """Something public as it is searched: of which group, line by line, of which moment, of which canteen.

    It is found by what it is `called`, too: words that no sentence of it says. Nobody finds it before
    `shown_from`. What it says depends on nothing but what is stored, not on the day.
    """

    group: str
    lines: tuple[str, ...]
    at: datetime
    canteen: str | None = None
    shown_from: datetime | None = None
    called: str = ""


class Hit(NamedTuple):
    """How something that was found is called, where it stands, and whose and of when it is."""

    title: str
    address: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class Searched:
    """Things of a room that everybody can find, by what stands before the colon of their subject.

    Whenever the record tells of such a subject, its entry is made anew in the same transaction. `groups` are
    the names under which they are found, while they are in use; `keys` what stands behind the colon of all of
    them; `entries` leaves out what is not public, and is asked in the school's own language. `hits` are asked
    inside a request, in its language. `moved` are the keys of things whose canteen hangs on one of these
    other subjects (`counter:c1`), so that they are made anew when the record tells of it.
    """

    subject: str
    groups: Callable[[], Mapping[str, Text]]
    keys: Callable[[], Iterable[str]]
    entries: Callable[[Collection[str]], Mapping[str, Entry]]
    hits: Callable[[Collection[str]], Mapping[str, Hit]]
    moved: Callable[[Collection[str]], Iterable[str]] | None = None
