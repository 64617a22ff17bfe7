"""What waits for a person: what a room puts before whom, and where it is done.

A room hands in `Duties`: what kind of thing waits, the right that it takes, and a function that is asked with
the `Actor` and says what waits for whoever that is. The right is asked again for each duty at its place, so
that a function which forgets to ask gives nothing away: without a right there are no `Duties`, and a duty
without a place is for the whole school's roles alone.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from kiosk.core.actor import SCHOOL, Actor, Place
from kiosk.core.security import Permission, Reach

WARN, ALERT = "warn", "alert"
"""The states of a duty: to be done in time, to be done at once."""


class Way(NamedTuple):
    """What can be done about a duty where it stands: what the button says, and where it is sent.

    What `asks` asks is answered first, in the field `reason`; without it one click does it. `revision` is
    that of the thing as it was shown.
    """

    label: str
    url: str
    revision: int
    asks: str = ""


class Duty(NamedTuple):
    """Something that waits for a person, in one sentence, and the page where it is done.

    `key` is its name among those of its kind for as long as it stands. `at` is the place that it concerns,
    `place` what that place is called, `detail` what else helps to decide whether to go there now. `due` is
    the aware moment by which it is to be done; None where nothing says. It is `mine` for an actor who is
    asked, by name or because it is the work of a role that is held; not for who may do it, too, or oversees
    who does it.
    """

    key: str
    state: str
    text: str
    url: str
    at: Place = SCHOOL
    place: str = ""
    detail: str = ""
    due: datetime | None = None
    mine: bool = False
    first: bool = False
    """Somebody may come to harm: it goes before everything else."""
    ways: tuple[Way, ...] = ()
    kind: str = ""
    """Which `Duties` gave it; they say it themselves."""

    def is_late(self, moment: datetime) -> bool:
        """Whether its time is over at the aware moment."""
        return self.due is not None and self.due < moment


@dataclass(frozen=True)
class Duties:
    """Duties of one kind, for whom they are, and the function that is asked what waits for an actor.

    A right of SCHOOL or PLACE reach is needed at the duty's place. One that reaches ANYWHERE is needed at a
    place that one's role covers, unless the function says that the duty is the actor's own (`mine`).
    """

    kind: str
    permission: Permission
    of: Callable[[Actor], Iterable[Duty]]

    def __call__(self, actor: Actor) -> Iterator[Duty]:
        """What waits for an actor, each by its whole key."""
        if actor.places(self.permission):
            for duty in self.of(actor):
                if self._is_for(actor, duty):
                    yield duty._replace(key=f"{self.kind}:{duty.key}", kind=self.kind)

    def _is_for(self, actor: Actor, duty: Duty) -> bool:
        if self.permission.reach is not Reach.ANYWHERE:
            return actor.may(self.permission, duty.at)
        return duty.mine or actor.holds(self.permission.roles, duty.at)
