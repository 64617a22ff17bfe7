"""Who fills a place of a payment's chain: from the sheets that are paid, up to the books."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from kiosk.auth.models import ROLES
from kiosk.core.db import session
from kiosk.core.i18n import LazyString, Text, lazy
from kiosk.payments.models import ENTERED, PAID, RETURNED, WITHDRAWN, Payment
from kiosk.payments.queries.payments import approval_of
from kiosk.persons import queries as persons
from kiosk.postings.models import PostingVersion
from kiosk.purchasing.models import Sheet, SheetPerson
from kiosk.steps import queries as steps
from kiosk.steps.queries import LevelNow, Station
from kiosk.steps.queries.stations import AHEAD, BACK, DONE, NOW
from kiosk.supply import queries as supply

PLACES: dict[str, LazyString] = {
    "purchaser": lazy("Purchaser"),
    "custodian": lazy("Custodian"),
    "receiver1": lazy("Receiver 1"),
    "receiver2": lazy("Receiver 2"),
    "plan": lazy("Planned the purchase"),
    "purchase": lazy("Bought it"),
    "receiver": lazy("Accepted it at the scale"),
    "cashier": lazy("Cashier"),
    "accountant": lazy("Accountant"),
}
"""What the places are called."""


def people_of(posting_ids: Iterable[int]) -> dict[str, list[int]]:
    """Who planned, bought and accepted what stands on these sheets, and who is printed on them, by the place.

    Each person has one place, the first. Who approved a plan holds the place of approval, and is none of
    these: see `approvers_of`.
    """
    numbers = sorted(set(posting_ids))
    query = (
        select(SheetPerson.part, SheetPerson.person_id)
        .join(Sheet, Sheet.version_id == SheetPerson.version_id)
        .where(Sheet.id.in_(numbers), SheetPerson.person_id.is_not(None))
        .order_by(Sheet.id, SheetPerson.part)
    )
    places = [(part, number) for part, number in session.execute(query)]
    for sheet in numbers:
        for part, people in supply.people_of(sheet).items():
            places += [(part, number) for number in sorted(people) if part != APPROVAL]
    found: dict[str, list[int]] = {}
    seen: list[int] = []
    for part, number in places:
        if number and not persons.is_among(number, seen):
            found.setdefault(part, []).append(number)
            seen.append(number)
    return found


APPROVAL = "approval"
"""The place, among those behind a sheet, of who approved its plan."""


def approvers_of(posting_ids: Iterable[int]) -> set[int]:
    """Who approved the plans behind these sheets: they may approve the payment, and never pay or enter it."""
    return {number for sheet in set(posting_ids) for number in supply.people_of(sheet).get(APPROVAL, ())}


def stations(found: Payment) -> list[Station]:
    """The way of a payment, from the posted sheets to the books."""
    made = [*_of_sheets(found), _asked(found)]
    approval = approval_of(found)
    made += [_level(one, found.state) for one in steps.standing(approval).levels]
    for what, label, post in (
        (PAID, lazy("Payment made"), ROLES["cashier"]),
        (ENTERED, lazy("Entered in the books"), ROLES["accountant"]),
    ):
        made.append(_step(found, what, label, post))
    return made


def _of_sheets(found: Payment) -> list[Station]:
    """When the sheets were posted that are paid: the lines were bought and accepted by then."""
    numbers = {line.posting_id for line in found.now.lines}
    if not numbers:
        return []
    query = select(PostingVersion.posted_at).where(
        PostingVersion.posting_id.in_(numbers), PostingVersion.version == 1
    )
    names = dict.fromkeys(session.scalars(_printed(numbers)))
    last = max(session.scalars(query))
    post = lazy("Purchaser, custodian and two receivers")
    return [Station(lazy("Bought, accepted and posted"), DONE, (post,), tuple(names), last)]


def _printed(numbers: set[int]) -> Any:
    query = select(SheetPerson.name).join(Sheet, Sheet.version_id == SheetPerson.version_id)
    return query.where(Sheet.id.in_(numbers)).order_by(SheetPerson.part, SheetPerson.name)


def _asked(found: Payment) -> Station:
    first, now = found.versions[0], found.now
    back = found.state in (RETURNED, WITHDRAWN)
    names = tuple(dict.fromkeys((first.person.name, now.person.name)))
    posts, label = (ROLES.get(now.role, now.role),), lazy("Asked for")
    return Station(label, BACK if back else DONE, posts, names, now.written_at, detail=_back(back))


def _back(is_back: bool) -> Text:
    return lazy("sent back or taken back") if is_back else ""


def _level(one: LevelNow, state: str) -> Station:
    agreed = steps.agreed(one.decisions)
    names = tuple(map(steps.signed, one.decisions))
    at = one.decisions[-1].at if one.decisions else None
    how = DONE if agreed and not one.missing else BACK if one.decisions and state == RETURNED else AHEAD
    if one.is_asked and state != WITHDRAWN:
        how = NOW
    return Station(lazy("Approval given"), how, (one.level.label,), names, at, detail=_back(how == BACK))


def _step(found: Payment, what: str, label: LazyString, post: LazyString) -> Station:
    done = found.step(what)
    if done:
        return Station(label, DONE, (post,), (done.person.name,), done.at, done.day)
    before = {PAID: "approved", ENTERED: PAID}[what]
    return Station(label, NOW if found.state == before else AHEAD, (post,))


def levels_of(found: Payment) -> list[LevelNow]:
    """The levels by which a payment was decided, each with its decisions."""
    return steps.standing(approval_of(found)).levels
