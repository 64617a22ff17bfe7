"""Who takes the goods of a purchase into keeping: a sheet names the custodian, too."""

from collections.abc import Iterable, Iterator

from kiosk.auth import queries as auth
from kiosk.persons.queries import is_among
from kiosk.postings.queries import place_at
from kiosk.purchasing import queries as purchasing
from kiosk.supply.models import Purchase
from kiosk.supply.queries.plans import authors

ROLE = "custodian"


def custodian(purchase: Purchase, taken: Iterable[int]) -> int | None:
    """The number of the last sheet's custodian; else of who holds the role, or of who planned.

    None where each of them has another part in the sheet.
    """
    others = list(taken)
    return next((one for one in _candidates(purchase) if not is_among(one, others)), None)


def _candidates(purchase: Purchase) -> Iterator[int]:
    last = purchasing.last_custodian(purchase.canteen_id, purchase.day)
    if last is not None:
        yield last
    place = place_at(purchase.canteen)
    for one in auth.accounts():
        if one.active and one.actor.person is not None and one.actor.holds([ROLE], place):
            yield one.actor.person
    if purchase.version is not None:
        yield from sorted(authors(purchase.version.plan))
