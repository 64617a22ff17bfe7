"""Whether a press may rate: by a tablet's key or by a pass; and what of it is offered at the counter."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from kiosk.core.db import session
from kiosk.core.errors import Invalid
from kiosk.core.i18n import lazy
from kiosk.core.masking import clean
from kiosk.core.security import fingerprint
from kiosk.counters import queries as counters
from kiosk.counters.models import Duty
from kiosk.persons.models import Person
from kiosk.presence.models import SpentPass
from kiosk.presence.services import Pass, PassInvalid, read_card_visitor
from kiosk.ratings import queries
from kiosk.ratings.models import LEVELS
from kiosk.ratings.services.presses import (
    Extra,
    NoAuthority,
    OtherContent,
    OtherCounter,
    PassExpired,
    PassSpent,
    Press,
    Tap,
)
from kiosk.ratings.services.snapshot import Place, Snapshot

MOST_COMMENT = 500
"""Characters of a comment."""


NOTHING = Extra()


def tap_of_tablet(press: Press, current: Snapshot) -> Tap:
    tablet = current.tablets.get(press.device or "")
    if tablet is None:
        raise NoAuthority
    tablet_id, place = tablet
    if place.code != press.counter:
        raise OtherCounter
    extra = extra_of(place, press)
    visitor = read_card_visitor(press.card, place.code) if press.card else None
    return Tap(press, place, "tablet", extra, tablet_id, visitor, press.pressed_at)


class Passes:
    """The passes of a group: which are spent, and on what."""

    def __init__(self, current: Snapshot, passes: Iterable[Pass]) -> None:
        self._places = current.places
        hashes = {fingerprint(phone_pass.text) for phone_pass in passes}
        query = select(SpentPass).where(SpentPass.pass_hash.in_(hashes))
        self._spent = {spent.pass_hash: spent.rating_id for spent in session.scalars(query)} if hashes else {}
        self._ids: set[UUID] = set()

    def admit(self, press: Press) -> Tap:
        """The press with its pass; PassInvalid, PassSpent, PassExpired, or OtherContent where an id alone
        would give a right: it is somebody else's."""
        phone_pass = press.phone_pass
        assert phone_pass is not None
        place = self._places.get(phone_pass.counter_id)
        if place is None or press.counter not in (None, place.code):
            raise PassInvalid
        if press.taken_back:
            raise Invalid(
                lazy("On a phone nothing is taken back: rate again, and the last one counts."),
                field="taken_back",
            )
        pass_hash = fingerprint(phone_pass.text)
        spent_on = self._spent.get(pass_hash)
        if spent_on not in (None, press.id):
            raise PassSpent
        if spent_on is None:
            if phone_pass.expired():
                raise PassExpired
            if press.id in self._ids or queries.rating(press.id) is not None:
                raise OtherContent
        extra = extra_of(place, press)
        self._spent[pass_hash] = press.id
        self._ids.add(press.id)
        pressed_at = None if phone_pass.channel == "slip" else phone_pass.issued_at
        return Tap(
            press, place, phone_pass.channel, extra, None, phone_pass.visitor, pressed_at, spends=not spent_on
        )


def extra_of(place: Place, press: Press) -> Extra:
    """What was said with a press, as far as it is offered at the counter. Invalid out of range."""
    if press.level not in LEVELS:
        raise Invalid(lazy("The level lies between 1 and 5."), field="level")
    if not (press.reasons or press.comment or press.staff_id):
        return NOTHING
    comment = clean(press.comment)
    if len(comment) > MOST_COMMENT:
        raise Invalid(lazy("A comment can have at most 500 characters."), field="comment")
    offered = {reason.code for reason in counters.reasons(place.kind)} if press.reasons else set()
    chosen = [code for code in dict.fromkeys(press.reasons) if code in offered]
    return Extra(chosen[: counters.MOST_REASONS], comment, _on_roster(place, press.staff_id))


def _on_roster(place: Place, staff_id: int | None) -> int | None:
    if staff_id is None or not 0 < staff_id < 2**31:
        return None
    query = select(Duty).where(Duty.counter_id == place.id)
    serving = {duty.staff.number for duty in session.scalars(query) if duty.staff.current.active}
    person = session.get(Person, staff_id)
    return person.number if person and person.number in serving else None
