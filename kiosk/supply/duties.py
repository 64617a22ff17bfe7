"""What waits for whom: deliveries to weigh, and what another receiver has to confirm.

Plans to approve stand with the approvals, a draft to post with the sheets.
"""

from collections.abc import Iterator
from datetime import timedelta

from flask import url_for

from kiosk.auth.queries import is_work_of
from kiosk.core.actor import Actor
from kiosk.core.duty import WARN, Duties, Duty
from kiosk.core.filters import day as told
from kiosk.core.i18n import _
from kiosk.core.room import is_on
from kiosk.core.web import named
from kiosk.counters import queries as counters
from kiosk.persons.queries import is_among
from kiosk.postings.queries import place_at
from kiosk.school import queries as school
from kiosk.supply import queries
from kiosk.supply.models import Purchase
from kiosk.supply.permissions import RECEIVE

BACK = timedelta(days=14)


def deliveries(who: Actor) -> Iterator[Duty]:
    """What came today or before and is not accepted, for whoever has no other part in it."""
    if not is_on(queries.ACCEPTANCE):
        return
    today, own = school.today(), [one.id for one in counters.canteens() if who.may(RECEIVE, place_at(one))]
    for one in queries.waiting_purchases(today - BACK, today, own):
        if queries.has_another(who.person, queries.places_of(one), queries.RECEIVED):
            continue
        last = queries.newest(one)
        if last is not None and (last.confirmed_at or is_among(who.person, [last.person_id])):
            continue
        yield _duty(who, one)


def _duty(who: Actor, one: Purchase) -> Duty:
    last, place = queries.newest(one), place_at(one.canteen)
    words = {"supplier": one.supplier or _("Market"), "day": told(one.day, "short")}
    return Duty(
        str(one.id),
        WARN,
        _("%(supplier)s, %(day)s: confirm what came", **words)
        if last
        else _("%(supplier)s, %(day)s: weigh what comes", **words),
        url_for("office.receiving.receive", number=one.id),
        place,
        named(one.canteen),
        detail=_("weighed by %(name)s", name=last.person.name) if last else "",
        mine=is_work_of(who, RECEIVE, place),
    )


DUTIES = (Duties("deliveries", RECEIVE, deliveries),)
