"""Writes of the school's ladders about money."""

from collections.abc import Iterable

from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.errors import Invalid, NotFound
from kiosk.core.i18n import lazy
from kiosk.school.services import change_settings
from kiosk.steps import queries
from kiosk.steps.permissions import SET_LADDERS
from kiosk.steps.settings import ALL, LADDERS, LIMIT, MOST_TIERS, Tier


def set_ladder(*, by: Actor, name: str, tiers: Iterable[Tier]) -> None:
    """Set who decides up to which amount: of a ladder by its name, or of all money (`ALL`).

    Without `tiers` a ladder follows that of all money again. What runs keeps the ladder it began with.

    Invalid where the amounts do not rise or some amount has nobody; NotFound for a ladder that is not about
    money.
    """
    by.needs(SET_LADDERS, SCHOOL)
    if name != ALL and name not in {one.name for one in queries.by_amount()}:
        raise NotFound
    rows, known = list(tiers), dict(queries.all_tiers())
    if rows:
        check_tiers(rows)
        known[name] = tuple(rows)
    elif name == ALL:
        raise Invalid(lazy("Please say who decides."))
    else:
        known.pop(name, None)
    change_settings(by=by, **{LADDERS.name: LADDERS.stored(known)})


def check_tiers(rows: list[Tier]) -> None:
    """Invalid where the amounts do not rise, or where above some amount nobody decides."""
    if not rows or len(rows) > MOST_TIERS:
        raise Invalid(lazy("Please say who decides."))
    limits = [one.up_to for one in rows]
    if limits[-1] is not None:
        raise Invalid(
            lazy("Nobody would decide above %(amount)s yuan: please leave the last amount empty."),
            amount=LIMIT.text(limits[-1]),
        )
    known = [one for one in limits[:-1] if one is not None]
    if len(known) < len(limits) - 1:
        raise Invalid(lazy("Only the last row can be without an amount."))
    if any(later <= earlier for earlier, later in zip([0, *known], known, strict=False)):
        raise Invalid(lazy("The amounts must rise from row to row."))
