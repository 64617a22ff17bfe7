"""What comes is weighed by one receiver and confirmed by another; then it is in the day's sheet."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kiosk.attachments.services import attach
from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Forbidden, Invalid, OtherContent
from kiosk.core.formats import milli_to_text
from kiosk.core.i18n import lazy
from kiosk.core.masking import clean
from kiosk.core.trace import record
from kiosk.core.uploads import digest_of
from kiosk.persons.queries import is_among
from kiosk.postings.queries import place_at
from kiosk.school import queries as school
from kiosk.supply import queries
from kiosk.supply.models import BACK_WHY, BATCH, REASON, Acceptance, AcceptanceLine, Purchase, PurchaseLine
from kiosk.supply.permissions import RECEIVE
from kiosk.supply.queries import RECEIVED
from kiosk.supply.refusals import Changed, HasAPlace, OnePerson
from kiosk.supply.services.purchases import fill_place
from kiosk.supply.services.sheets import take_in
from kiosk.supply.settings import TOLERANCE


class Weighed(NamedTuple):
    """What came of a line, in thousandths, and what of it went back; temperature in tenths of a degree."""

    delivered: int
    back: int = 0
    why: str = ""
    temperature: int | None = None
    batch: str = ""
    certificate: int | None = None


class Wrong(Invalid):
    """A line that cannot be: its position and field stand beside the message."""

    def __init__(self, message: object, position: int, field: str, **params: object) -> None:
        super().__init__(message, field=f"{field}-{position}", **params)


def weigh(
    *,
    by: Actor,
    purchase: Purchase,
    sent: str,
    seen: int,
    lines: Sequence[Weighed],
    reason: str = "",
    photos: Mapping[int, Sequence[bytes]] | None = None,
) -> Acceptance:
    """Note what came and what of it is taken; it counts when a second receiver confirms it.

    `seen` is the number of the acceptance that was looked at, 0 for none: Changed where there is another by
    now. After a confirmed one it is a correction, and needs a reason. HasAPlace for who planned, approved or
    bought it. Sent twice, it is noted once; OtherContent where the same form said something else before.
    """
    _may_receive(by, purchase)
    if there := queries.acceptance_sent(sent):
        return _again(there, by, purchase, lines, reason, photos or {})
    before = queries.newest(purchase)
    if before and before.number != seen:
        raise Changed(field="seen", who=before.person.name, changed=lazy("what came"))
    corrects = queries.in_force(purchase) is not None
    if len(lines) != len(purchase.lines):
        raise Invalid(lazy("Please weigh every line."))
    for line, weighed in zip(purchase.lines, lines, strict=True):
        _check(line, weighed)
    why = REASON.read(clean(reason)) if corrects else ""
    return _noted(by, purchase, sent, lines, why, photos or {})


def _again(
    there: Acceptance,
    by: Actor,
    purchase: Purchase,
    lines: Sequence[Weighed],
    reason: str,
    photos: Mapping[int, Sequence[bytes]],
) -> Acceptance:
    """What was weighed with this form before. OtherContent where the form says something else now."""
    noted = [
        (one.delivered, one.rejected, one.reason, one.temperature, one.batch, one.certificate_id)
        for one in there.lines
    ]
    weighed = [
        (one.delivered, one.back, _why(one), one.temperature, BATCH.read(one.batch), one.certificate)
        for one in lines
    ]
    pictures = {
        number: [one.digest for one in kept] for number, kept in queries.photos_of(there).items() if kept
    }
    sent = {number: [digest_of(one) for one in group] for number, group in photos.items() if group}
    before = (there.purchase_id, there.person_id, there.reason, noted, pictures)
    why = REASON.read(clean(reason)) if there.reason else ""
    if before != (purchase.id, by.person, why, weighed, sent):
        raise OtherContent
    return there


def _why(one: Weighed) -> str:
    """Why something went back, as it is kept."""
    return BACK_WHY.read(clean(one.why)) if one.back else ""


def _may_receive(by: Actor, purchase: Purchase) -> None:
    """Hold the purchase, and refuse whoever may not receive it."""
    by.needs(RECEIVE, place_at(purchase.canteen))
    if by.person is None:
        raise Forbidden
    session.refresh(purchase, with_for_update={"of": Purchase})
    session.refresh(purchase, ["acceptances"])
    if purchase.cancelled_at is not None:
        raise Conflict(lazy("This purchase was cancelled."))
    if queries.has_another(by.person, queries.places_of(purchase), RECEIVED):
        raise HasAPlace


def _check(line: PurchaseLine, weighed: Weighed) -> None:
    position, most = line.position, line.quantity * (100 + school.settings()[TOLERANCE]) // 100
    if weighed.back > weighed.delivered:
        raise Wrong(lazy("No more goes back than came."), position, "back")
    if weighed.delivered - weighed.back > most:
        raise Wrong(
            lazy("%(n)s were ordered; what is above that goes back."),
            position,
            "back",
            n=f"{milli_to_text(line.quantity)} {line.unit}".strip(),
        )
    if weighed.back and not weighed.why.strip():
        raise Wrong(lazy("Please say why it goes back."), position, "why")


def _noted(
    by: Actor,
    purchase: Purchase,
    sent: str,
    lines: Sequence[Weighed],
    reason: str,
    photos: Mapping[int, Sequence[bytes]],
) -> Acceptance:
    before = queries.newest(purchase)
    found = Acceptance(
        sent=sent,
        purchase_id=purchase.id,
        number=before.number + 1 if before else 1,
        reason=reason,
        person_id=by.person,
        at=clock.now(),
        chain_seq=0,
        lines=[
            AcceptanceLine(
                position=position,
                delivered=one.delivered,
                accepted=one.delivered - one.back,
                reason=_why(one),
                temperature=one.temperature,
                batch=BATCH.read(one.batch),
                certificate_id=one.certificate,
            )
            for position, one in enumerate(lines)
        ],
    )
    session.add(found)
    session.flush()
    items = [line.item for line in purchase.lines]
    after = {
        "number": found.number,
        "items": items,
        "delivered": [one.delivered for one in lines],
        "accepted": [one.accepted for one in found.lines],
        "why": [one.reason for one in found.lines if one.reason],
        "reason": reason,
    }
    seq = record("purchase.weighed", queries.purchase_subject(purchase), by=by, after=after)
    found.chain_seq = seq
    session.flush()
    for position, data in ((n, one) for n, group in photos.items() for one in group):
        subject = queries.photo_subject(found, position)
        attach(by=by, subject=subject, entry=seq, text=items[position], data=data)
    session.refresh(purchase, ["acceptances"])
    return found


def confirm(*, by: Actor, purchase: Purchase, number: int) -> Acceptance:
    """Confirm what the other receiver weighed: it is accepted, and goes into the day's sheet. Twice is once.

    OnePerson for whoever weighed it; HasAPlace for who planned, approved or bought it; Changed where it was
    weighed anew since `number`.
    """
    _may_receive(by, purchase)
    found = queries.newest(purchase)
    if found is None:
        raise Conflict(lazy("Nothing was weighed yet."))
    if found.number != number:
        raise Changed(who=found.person.name, changed=lazy("what came"))
    if found.confirmed_at is not None:
        return found
    if is_among(by.person, [found.person_id]):
        raise OnePerson
    found.second_id, found.confirmed_at = by.person, clock.now()
    session.flush()
    session.refresh(found)
    after = {"number": number, "receivers": [found.person_id, found.second_id]}
    record("purchase.accepted", queries.purchase_subject(purchase), by=by, after=after)
    if purchase.version is not None:
        for person in (found.person_id, found.second_id):
            fill_place(by, purchase.version.plan, RECEIVED, person or 0)
    take_in(by=by, purchase=purchase)
    return found
