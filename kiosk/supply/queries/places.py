"""Who fills which place of a chain: one person, one place, counted by person."""

from collections.abc import Iterable, Mapping

from kiosk.persons.queries import is_among
from kiosk.steps import queries as steps
from kiosk.steps.models import APPROVED
from kiosk.supply.models import Plan, Purchase
from kiosk.supply.queries.plans import approval_of, authors, purchases_of

PLANNED, APPROVED_BY, BOUGHT, RECEIVED = "plan", "approval", "purchase", "receiver"


def places_in(plan: Plan) -> dict[str, set[int]]:
    """The numbers of the persons in each place of the chain of a plan, with all that is bought of it."""
    found: dict[str, set[int]] = {PLANNED: authors(plan), APPROVED_BY: set(), BOUGHT: set(), RECEIVED: set()}
    approval = approval_of(plan)
    if approval is not None and approval.state == APPROVED:
        for one in steps.agreed(approval.valid):
            found[APPROVED_BY] |= _numbers(one.person_id, one.absent_id)
    for purchase in purchases_of(plan):
        _add(found, purchase)
    return found


def places_of(purchase: Purchase) -> dict[str, set[int]]:
    """The same of a purchase that may be of no plan."""
    if purchase.version is not None:
        return places_in(purchase.version.plan)
    found: dict[str, set[int]] = {BOUGHT: set(), RECEIVED: set()}
    _add(found, purchase)
    return found


def _add(found: dict[str, set[int]], purchase: Purchase) -> None:
    found[BOUGHT].add(purchase.buyer_id)
    for one in purchase.acceptances:
        found[RECEIVED] |= _numbers(one.person_id, one.second_id)


def _numbers(*persons: int | None) -> set[int]:
    return {number for number in persons if number is not None}


def has_another(person: int | None, places: Mapping[str, Iterable[int]], place: str) -> bool:
    """Whether somebody fills a place other than this one."""
    others = {number for name, numbers in places.items() if name != place for number in numbers}
    return is_among(person, others)
