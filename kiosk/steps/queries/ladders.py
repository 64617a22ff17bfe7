"""Ladders (审批层级): who is asked, from which amount, and how many of them."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any

from kiosk.auth.models import ROLES
from kiosk.core.actor import Actor, Place
from kiosk.core.i18n import LazyString, Text, _, listed
from kiosk.core.room import Switch, all_rooms, is_on, rooms
from kiosk.steps.models import Approval


@dataclass(frozen=True, kw_only=True)
class Level:
    """A level: whoever holds one of the roles decides; a collective needs a least number of different people.

    A collective agrees when so many of them do, and sends back when their majority does: no member alone
    carries a decision of all, and none alone stops it. `returns` says otherwise where a school's rules do.

    With `above` or `up_to` (fen) it is asked only for amounts above the one and not above the other; `days`
    are the school days within which it is to decide, counted from when it is asked. Where it is `whole`, only
    a role that is held for the whole school counts.
    """

    roles: tuple[str, ...]
    least: int = 1
    above: int = 0
    up_to: int | None = None
    days: int | None = None
    returns: int | None = None
    whole: bool = False

    @property
    def enough_to_return(self) -> int:
        """How many people have to send it back: a majority of the least number."""
        return self.returns or self.least // 2 + 1

    def is_asked(self, amount: int | None) -> bool:
        """Whether it is asked about an amount in fen; what has no amount counts as nothing."""
        found = amount or 0
        return (found > self.above or not self.above) and (self.up_to is None or found <= self.up_to)

    @property
    def label(self) -> str:
        """Who decides, in words."""
        who = listed(ROLES.get(role, role) for role in self.roles)
        return _("%(who)s (at least %(n)s)", who=who, n=self.least) if self.least > 1 else who


def _nothing(_by: Actor, _approval: Approval) -> None:
    pass


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """A ladder, as a room declares it in its manifest (`Room.ladders`).

    `levels` is asked when an approval begins, so that its amounts may be settings; the running approval keeps
    what it was told then. `proposers` are the roles that may propose; while the `switch` is off nobody does.
    `title` and `address` say what a subject (`posting:7`) is called and where its page is, `fields` what its
    fields are called. `outcome` is called in the transaction of the decision that ends an approval, or sends
    it back: see `Approval.state`.
    """

    name: str
    label: LazyString
    levels: Callable[[], Iterable[Level]]
    proposers: frozenset[str]
    second_factor: bool = False
    switch: Switch | None = None
    title: Callable[[str], str] = str
    address: Callable[[str], str] | None = None
    fields: Mapping[str, Text] = field(default_factory=dict)
    outcome: Callable[[Actor, Approval], None] = _nothing

    def declared(self, at: Place) -> str:
        """What a running approval at a place keeps of it, as canonical JSON."""
        kept = {
            "at": list(at),
            "levels": [asdict(level) for level in self.levels()],
            "name": self.name,
            "proposers": sorted(self.proposers),
            "second_factor": self.second_factor,
        }
        return json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def ladders() -> list[Ladder]:
    """The ladders of the rooms that the school uses."""
    return [ladder for room in rooms() for ladder in room.ladders if is_on(ladder.switch)]


def ladder_of(approval: Approval) -> Ladder | None:
    """The ladder of this name as it is declared today, for its words; None where nobody has it any more."""
    known = (ladder for room in all_rooms() for ladder in room.ladders)
    return next((ladder for ladder in known if ladder.name == approval.ladder), None)


def title_of(approval: Approval) -> str:
    """What its subject is called."""
    ladder = ladder_of(approval)
    return ladder.title(approval.subject) if ladder else approval.subject


def words_of(approval: Approval, names: Iterable[str]) -> str:
    """What fields, or places of the chain, are called in its room, one after the other."""
    ladder = ladder_of(approval)
    return listed(ladder.fields.get(name, name) if ladder else name for name in names)


@lru_cache(maxsize=256)
def _read(declared: str) -> dict[str, Any]:
    """What a running approval keeps of its ladder; nobody changes the answer."""
    found: dict[str, Any] = json.loads(declared)
    return found


def _kept(approval: Approval) -> dict[str, Any]:
    return _read(approval.declared)


def level_asked(declared: str, amount: int | None, number: int) -> Level:
    """The level with this number among those that an amount asks, from what an approval keeps."""
    levels = (Level(**{**one, "roles": tuple(one["roles"])}) for one in _read(declared)["levels"])
    return [one for one in levels if one.is_asked(amount)][number - 1]


def place_declared(declared: str) -> Place:
    """Where the subject belongs, from what its approval keeps."""
    return Place(*_read(declared).get("at", ()))


def all_levels(approval: Approval) -> list[Level]:
    """Every level of the ladder that an approval began with.

    One that began before its levels said how many send it back keeps the rule of that time: anybody does.
    """
    return [Level(**{"returns": 1, **one, "roles": tuple(one["roles"])}) for one in _kept(approval)["levels"]]


def levels_of(approval: Approval) -> list[Level]:
    """The levels that its amount asks, in their order."""
    return [level for level in all_levels(approval) if level.is_asked(approval.amount)]


def proposers_of(approval: Approval) -> frozenset[str]:
    """The roles that may propose, change and withdraw it."""
    return frozenset(_kept(approval)["proposers"])


def place_of(approval: Approval) -> Place:
    """Where its subject belongs: a role that is held at that place alone counts for it, too."""
    return place_declared(approval.declared)


def demands_code(approval: Approval) -> bool:
    """Whether its ladder demands the second factor of whoever decides."""
    return bool(_kept(approval)["second_factor"])
