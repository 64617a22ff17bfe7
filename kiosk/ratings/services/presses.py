"""What comes in: a press of a face with its authority, the tap it makes, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from kiosk.core.errors import Conflict, Forbidden, SignInNeeded
from kiosk.core.i18n import lazy
from kiosk.presence.services import Pass, Visitor
from kiosk.ratings.models import Recorded, Stored
from kiosk.ratings.services.snapshot import Place


class NoAuthority(SignInNeeded):
    """No device key and no pass, or a key that opens nothing."""

    code = "no-authority"
    message = lazy("This tablet is not enrolled, or its key was revoked.")


class OtherCounter(Forbidden):
    """The key or pass of another counter."""

    code = "other-counter"
    message = lazy("This key or code belongs to another counter.")


class PassExpired(Forbidden):
    """A pass that is over."""

    code = "pass-expired"
    message = lazy("This code is too old. Please scan the counter's code again.")


class PassSpent(Conflict):
    """A pass that has carried another rating."""

    code = "spent"
    message = lazy("This code has already been used.")


class OtherContent(Conflict):
    """The id of a stored rating with something else in it."""

    code = "other-content"
    message = lazy("This rating is already stored, with different content.")


@dataclass(frozen=True)
class Outcome:
    """What became of a rating that came in: stored now, or stored before and perhaps amended."""

    rating: Stored
    counter: str
    """The counter's code."""
    created: bool
    amended: bool = False
    mark: str | None = None
    """Why a new rating is kept and not counted; of one stored before, its receipt knows."""


@dataclass(frozen=True)
class Press:
    """A rating as it comes in, with what gives it authority: a tablet's key or a pass.

    `pressed_at` decides the day, hour and meal it counts in if it can be true.
    """

    id: UUID
    level: int
    counter: str | None = None
    """The code of the counter it names; a pass may leave that out."""
    device: str | None = None
    """The fingerprint of a tablet's key."""
    phone_pass: Pass | None = None
    card: str = ""
    """The token of a card that was held to the tablet's reader."""
    reasons: Sequence[str] = ()
    comment: str = ""
    staff_id: int | None = None
    tablet_seq: int = 0
    pressed_at: datetime | None = None
    live: bool = False
    returned: int | None = None
    """Milliseconds, by the tablet's own unwavering clock, for which its question had stood there again; None
    from a page of version 0.2.0, which does not tell."""
    taken_back: bool = False
    """The rater takes it back: it is kept, marked, and not counted."""


@dataclass(frozen=True)
class Extra:
    """Reasons, comment and person, cleaned and checked."""

    reasons: list[str] = field(default_factory=list)
    comment: str = ""
    staff_id: int | None = None

    def __bool__(self) -> bool:
        return bool(self.reasons or self.comment or self.staff_id)


@dataclass
class Tap:
    """A press whose authority was found good: where it counts, and what came of it."""

    press: Press
    place: Place
    channel: str
    extra: Extra
    tablet_id: int | None = None
    visitor: Visitor | None = None
    pressed_at: datetime | None = None
    spends: bool = False
    """Its pass is spent with it."""
    rating: Recorded | None = None
    """The new row; None while it is not stored, and for a repeat."""
    mark: str | None = None

    @property
    def stored(self) -> Recorded:
        assert self.rating is not None
        return self.rating
