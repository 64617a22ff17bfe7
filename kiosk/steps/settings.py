"""The settings of approvals: who decides up to which amount, by when, and with a second factor."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from kiosk.auth.models import ROLES
from kiosk.core.field import Money
from kiosk.core.i18n import lazy
from kiosk.core.setting import Number, Setting, YesOrNo
from kiosk.school.settings import THE_SCHOOL

SECOND_FACTOR = YesOrNo(
    name="decisions_need_code",
    label=lazy("Every decision of an approval needs a code of the second factor"),
    hint=lazy("Whoever decides then needs an authenticator app, and enters its code with each decision."),
    group=THE_SCHOOL,
    place=80,
)
DECIDE_DAYS = Number(
    name="decide_days",
    label=lazy("School days within which each level decides about money"),
    default=3,
    least=1,
    most=20,
    group=THE_SCHOOL,
    place=81,
)

ALL = ""
"""The ladder of all money, for every kind that has none of its own."""
MOST_TIERS, MOST_MEMBERS = 6, 15
DECIDERS = {role: label for role, label in ROLES.items() if role != "admin"}
"""Who can be asked about money: every role but that of the machine."""
LIMIT = Money(name="up_to", label=lazy("Up to (yuan)"))


class Tier(NamedTuple):
    """Who decides up to an amount in fen, None for any; a collective where more than one takes part."""

    up_to: int | None
    role: str
    least: int = 1


DEFAULT = (Tier(500_00, "head"), Tier(10_000_00, "principal"), Tier(None, "council", 3))
"""The rules of two schools; above 10,000 yuan three members decide together, by name."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Tiers(Setting[Mapping[str, tuple[Tier, ...]]]):
    """The school's ladders about money, by the ladder's name."""

    def read(self, stored: Any) -> Mapping[str, tuple[Tier, ...]]:
        """Rising amounts, the last one without an end, so that every amount has somebody."""
        if not isinstance(stored, dict):
            raise ValueError(stored)
        return {ALL: DEFAULT, **{str(name): tuple(_tiers(rows)) for name, rows in stored.items()}}

    def stored(self, value: Mapping[str, tuple[Tier, ...]]) -> dict[str, list[list[Any]]]:
        """As lists, which is what JSON has."""
        return {name: [list(row) for row in rows] for name, rows in value.items()}

    def recorded(self, stored: Any) -> str:
        """One line: the amounts in yuan, the codes of the roles, the least number."""
        ladders = ((name or "*", _tiers(rows)) for name, rows in sorted(stored.items()))
        return " / ".join(f"{name}: {', '.join(map(_told, rows))}" for name, rows in ladders)


def _told(row: Tier) -> str:
    limit = f"≤ {LIMIT.plain(row.up_to)}" if row.up_to is not None else ">"
    return f"{limit} {row.role}" + (f" ≥ {row.least}" if row.least > 1 else "")


def _tiers(rows: Any) -> Iterator[Tier]:
    if not isinstance(rows, list) or not 1 <= len(rows) <= MOST_TIERS:
        raise ValueError(rows)
    before = 0
    for place, row in enumerate(rows, 1):
        if not isinstance(row, list | tuple) or len(row) != len(Tier._fields):
            raise ValueError(row)
        up_to, role, least = row
        if str(role) not in DECIDERS or not isinstance(least, int) or not 1 <= least <= MOST_MEMBERS:
            raise ValueError(row)
        if (up_to is None) != (place == len(rows)):
            raise ValueError(row)
        if up_to is not None and not (isinstance(up_to, int) and before < up_to):
            raise ValueError(row)
        before = up_to or before
        yield Tier(up_to, role, least)


LADDERS = Tiers(name="ladders", label=lazy("Who decides about money, by amount"), default={ALL: DEFAULT})

SETTINGS = (SECOND_FACTOR, DECIDE_DAYS, LADDERS)
