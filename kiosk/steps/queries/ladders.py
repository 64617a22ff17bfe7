"""Ladders (审批层级): who is asked, from which amount, and how many of them."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from typing import Any

from kiosk.auth.models import ROLES
from kiosk.core.actor import Actor, Place
from kiosk.core.i18n import LazyString, Text, _, listed
from kiosk.core.room import Switch, all_rooms, is_on, rooms
from kiosk.school.queries import settings
from kiosk.steps.models import Approval
from kiosk.steps.settings import ALL, DECIDE_DAYS, LADDERS, Tier


@dataclass(frozen=True, kw_only=True)
class Level:
    """A level: whoever holds one of the roles decides; a collective needs a least number of different people.

    A collective agrees when so many of them do, and sends back when their majority does: no member alone
    carries a decision of all, and none alone stops it. `returns` says otherwise where a school's rules do.

    Where the `majority` decides, it is decided as soon as the least number took part: it is carried where
    more than half of them agree, else it goes back. It may be entered from the minutes of a meeting.

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
    majority: bool = False

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
        if self.majority:
            together = _("%(who)s together, at least %(n)s people, by majority", who=who, n=self.least)
            return str(together)
        return _("%(who)s (at least %(n)s)", who=who, n=self.least) if self.least > 1 else who


def _nothing(_by: Actor, _approval: Approval) -> None:
    pass


def _no_facts(_approval: Approval) -> Iterable[str]:
    return ()


def levels_by_amount(name: str) -> list[Level]:
    """The levels of a ladder as the school sets them by amount: its own, else those of all money.

    Each level is asked above what the one before may decide alone, so that a higher amount goes through all.
    """
    return levels_of_tiers(tiers_of(name), settings()[DECIDE_DAYS])


def levels_of_tiers(tiers: Iterable[Tier], days: int | None = None) -> list[Level]:
    """The levels of a ladder by amount."""
    above, levels = 0, []
    for one in tiers:
        levels.append(
            Level(roles=(one.role,), least=one.least, majority=one.least > 1, above=above, days=days)
        )
        above = one.up_to or 0
    return levels


def way(levels: Iterable[Level], amount: int) -> str:
    """How an amount goes up, in words: first the head of logistics, then the principal."""
    first, *then = [level.label for level in levels if level.is_asked(amount)]
    if not then:
        return str(_("%(who)s alone", who=first))
    return str(_("first %(who)s", who=first)) + "".join(_(", then %(who)s", who=who) for who in then)


def all_tiers() -> Mapping[str, tuple[Tier, ...]]:
    """The school's ladders about money, by the ladder's name."""
    found: Mapping[str, tuple[Tier, ...]] = settings()[LADDERS.name]
    return found


def tiers_of(name: str) -> tuple[Tier, ...]:
    """Up to which amount who decides, as the school set it for a ladder or for all (`ALL`)."""
    known = all_tiers()
    return known.get(name) or known[ALL]


def has_own_tiers(name: str) -> bool:
    """Whether the school set a ladder apart from that of all money."""
    return name in all_tiers()


def one_higher(levels: list[Level]) -> list[Level]:
    """The same levels, each asked already where the one below it was: a decision taken one level higher."""
    before = [0, *(level.above for level in levels)]
    return [replace(level, above=above) for level, above in zip(levels, before, strict=False)]


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """A ladder, as a room declares it in its manifest (`Room.ladders`).

    Without `levels` it is a ladder about money, which the school sets by amount (`levels_by_amount`); else
    they are asked when an approval begins. The running approval keeps what it was told then.

    `proposers` are the roles that may propose; while the `switch` is off nobody does. `title` and `address`
    say what a subject (`posting:7`) is called and where its page is, `fields` what its fields are called.
    `brief` gives the few facts that stand on the card in the inbox; what is shown of it on the page of the
    approval fills the slot "step". `outcome` is called in the transaction of the decision that ends an
    approval, or sends it back: see `Approval.state`.
    """

    name: str
    label: LazyString
    proposers: frozenset[str]
    levels: Callable[[], Iterable[Level]] | None = None
    second_factor: bool = False
    switch: Switch | None = None
    title: Callable[[str], str] = str
    address: Callable[[str], str] | None = None
    fields: Mapping[str, Text] = field(default_factory=dict)
    brief: Callable[[Approval], Iterable[str]] = _no_facts
    outcome: Callable[[Actor, Approval], None] = _nothing

    def asks(self) -> list[Level]:
        """Its levels as they are declared or set now, for all amounts."""
        return levels_by_amount(self.name) if self.levels is None else list(self.levels())

    def declared(self, at: Place, *, higher: bool = False) -> str:
        """What a running approval at a place keeps of it, as canonical JSON."""
        levels = one_higher(self.asks()) if higher else self.asks()
        kept = {
            "at": list(at),
            "levels": [asdict(level) for level in levels],
            "name": self.name,
            "proposers": sorted(self.proposers),
            "second_factor": self.second_factor,
        }
        return json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def ladders() -> list[Ladder]:
    """The ladders of the rooms that the school uses."""
    return [ladder for room in rooms() for ladder in room.ladders if is_on(ladder.switch)]


def by_amount() -> list[Ladder]:
    """Those about money, which the school sets by amount."""
    return [one for one in ladders() if one.levels is None]


def ladder_of(approval: Approval) -> Ladder | None:
    """The ladder of this name as it is declared today, for its words; None where nobody has it any more."""
    known = (ladder for room in all_rooms() for ladder in room.ladders)
    return next((ladder for ladder in known if ladder.name == approval.ladder), None)


def title_of(approval: Approval) -> str:
    """What its subject is called."""
    ladder = ladder_of(approval)
    return ladder.title(approval.subject) if ladder else approval.subject


def brief_of(approval: Approval) -> list[str]:
    """The few facts that its room says of it where it waits."""
    ladder = ladder_of(approval)
    return list(ladder.brief(approval)) if ladder else []


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
