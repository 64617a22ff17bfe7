"""The day's sheet is what was accepted: the acceptance fills its draft, and again when that is mended."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict
from kiosk.core.i18n import lazy
from kiosk.core.room import is_on
from kiosk.postings import services as postings
from kiosk.postings.models import Posting, PostingDraft
from kiosk.postings.queries import place_at
from kiosk.purchasing import queries as purchasing
from kiosk.purchasing import services as sheets
from kiosk.school import queries as school
from kiosk.supply import queries
from kiosk.supply.models import Acceptance, Purchase, SupplySheet
from kiosk.supply.permissions import BUY
from kiosk.supply.services.money import commit_sheet, give_back, order_source

Key = tuple[str, ...]
FURTHER = "验收更正"
"""Why a posted sheet is corrected where the acceptance says nothing: frozen, in the place's language."""


def take_in(*, by: Actor, purchase: Purchase) -> PostingDraft | None:
    """Fill what was accepted of a purchase into the draft of its day's sheet; None where nothing was.

    Several of a day join one draft, as long as the same people bought and received them. What is posted
    already is corrected: a draft of the next version, with the reason.
    """
    writer = replace(by, grants=None)  # whoever confirms writes no sheet, but what was accepted is in it
    accepted, link = queries.in_force(purchase), queries.sheet_of(purchase)
    if link is None and not any(queries.quantities(purchase)):
        give_back(writer, purchase, order_source(purchase), purchase.amount)
        return None
    draft = _draft_of(writer, purchase, link)
    filled = _filled(draft, purchase, link)
    if link is None:
        link = SupplySheet(purchase_id=purchase.id)
        session.add(link)
    before = queries.cost_of(purchase, link.acceptance_id) if link.acceptance_id else 0
    link.posting_id, link.acceptance_id = draft.posting_id, accepted.id if accepted else None
    session.flush()
    commit_sheet(writer, purchase, draft.posting_id, before)
    session.expire(link)
    reason = (accepted.reason or FURTHER) if accepted and draft.posting.versions else ""
    fill(writer, draft, reason, filled)
    return draft


def take_as_bought(*, by: Actor, purchase: Purchase) -> PostingDraft | None:
    """Fill a purchase into the day's sheet as it was bought, where the school weighs by no receivers here."""
    by.needs(BUY, place_at(purchase.canteen))
    if is_on(queries.ACCEPTANCE):
        raise Conflict(lazy("It is accepted first: two receivers weigh it."))
    if purchase.cancelled_at is not None:
        raise Conflict(lazy("This purchase was cancelled."))
    return take_in(by=by, purchase=purchase)


def _draft_of(by: Actor, purchase: Purchase, link: SupplySheet | None) -> PostingDraft:
    if link is not None:
        posting = session.get_one(Posting, link.posting_id)
        if posting.draft is not None:
            return posting.draft
        if posting.versions and not posting.withdrawal:
            return postings.start_correction(by=by, posting=posting)
    day = _day_of(purchase)
    for draft in purchasing.new_drafts(day, day, purchase.canteen_id):
        others = [one.purchase for one in queries.sheets_of([draft.posting_id]).get(draft.posting_id, [])]
        if _joins(purchase, others) if others else not any(row.get("item") for row in draft.rows):
            return draft
    return sheets.start_sheet(by=by, canteen=purchase.canteen, day=day)


def _day_of(purchase: Purchase) -> date:
    """The day of its sheet: on which it was accepted; else for which it was bought."""
    accepted = queries.in_force(purchase)
    if accepted is not None and accepted.confirmed_at is not None:
        return school.local(accepted.confirmed_at).date()
    return min(purchase.day, school.today() + timedelta(days=1))


def _joins(purchase: Purchase, others: Iterable[Purchase]) -> bool:
    """Whether the same people bought and received it: a sheet names four."""
    return all(_people(one) == _people(purchase) for one in others)


def _people(purchase: Purchase) -> tuple[int, frozenset[int | None]]:
    accepted = queries.in_force(purchase)
    receivers = frozenset((accepted.person_id, accepted.second_id)) if accepted else frozenset[int | None]()
    return purchase.buyer_id, receivers


def _filled(draft: PostingDraft, purchase: Purchase, link: SupplySheet | None) -> Counter[Key]:
    """The lines that the last filling wrote into a draft, each as often as it did."""
    found = Counter[Key]()
    for other in queries.sheets_of([draft.posting_id]).get(draft.posting_id, []):
        if other.purchase_id != purchase.id:
            found.update(map(_key, _rows(other.purchase, queries.in_force(other.purchase))))
    if link is not None and link.posting_id == draft.posting_id:
        then = next((one for one in purchase.acceptances if one.id == link.acceptance_id), None)
        found.update(map(_key, _rows(purchase, then)))
    return found


def fill(by: Actor, draft: PostingDraft, reason: str, filled: Counter[Key]) -> None:
    """Write all that was accepted for a sheet into its draft, and who bought and received it.

    `filled` are the lines that are there by the last filling: what was typed further into them stays in
    them, and lines that somebody typed beside them, though of the same thing, stay below.
    """
    links = queries.sheets_of([draft.posting_id])[draft.posting_id]
    ours: dict[Key, list[dict[str, str]]] = defaultdict(list)
    typed: list[dict[str, str]] = []
    for row in draft.rows:
        key = _key(row)
        mine = len(ours[key]) < filled[key]
        (ours[key] if mine else typed).append(dict(row))
    rows = []
    for row in (one for link in links for one in _rows(link.purchase, queries.in_force(link.purchase))):
        there = ours[_key(row)]
        rows.append({**(there.pop(0) if there else {}), **row})
    rows += [row for row in typed if any(row.values())]
    numbers = _numbers(links[0].purchase, draft)
    named = sheets.typed_people({part: one for part, one in numbers.items() if one})
    people = {part: named.get(part) or draft.fields.get(part, "") for part in numbers}
    sheets.save_draft(by=by, draft=draft, rows=rows, people=people, reason=reason or None)


def _key(row: Mapping[str, str]) -> Key:
    """By what a line of a draft is known as one of a purchase."""
    return tuple(row.get(name, "") for name in ("item", "specification", "unit", "supplier"))


def _rows(purchase: Purchase, accepted: Acceptance | None) -> Iterable[dict[str, str]]:
    """What was accepted of a purchase, or where nobody weighed it what was bought, as it would be typed."""
    for line in purchase.lines:
        quantity = accepted.lines[line.position].accepted if accepted else line.quantity
        if quantity:
            yield sheets.typed_line(
                item=line.item,
                specification=line.specification,
                unit=line.unit,
                quantity=quantity,
                unit_price=line.unit_price,
                supplier=purchase.supplier,
                batch=accepted.lines[line.position].batch if accepted else "",
            )


def _numbers(purchase: Purchase, draft: PostingDraft) -> dict[str, int | None]:
    accepted = queries.in_force(purchase)
    found: dict[str, int | None] = {
        "purchaser": purchase.buyer_id,
        "receiver1": accepted.person_id if accepted else None,
        "receiver2": accepted.second_id if accepted else None,
    }
    taken = [one for one in found.values() if one]
    keeps = None if draft.fields.get("custodian") else queries.custodian(purchase, taken)
    return {**found, "custodian": keeps}
