"""What was due and is not done: how a room says it to whoever asks after it (`Room.dues`)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from kiosk.core.i18n import LazyString


class Overdue(NamedTuple):
    """Something that was due and is not done.

    `key` is its name for as long as it is owed, whatever moves its due day, and no other's
    (`case:12:mend:2026-03-02`); `subject` is what it is of (`case:12`), `duty` the code of what is to be
    done. `due` is the last local day on which it is in time, `people` are the numbers of the persons whose it
    is, `post` the number of the post that answers for it, None where none is named.
    """

    key: str
    subject: str
    duty: str
    due: date
    people: tuple[int, ...]
    post: int | None = None


@dataclass(frozen=True, kw_only=True)
class Dues:
    """A kind of things that are due.

    `of(first, last)` gives what was due on one of these days, both included, and is not done now. `title`
    says in words what a subject and a duty are, and nobody's name; `address` where it is done, asked inside
    a request.
    """

    kind: str
    label: LazyString
    of: Callable[[date, date], Iterable[Overdue]]
    title: Callable[[str, str], str]
    address: Callable[[str], str]
