"""Which fees there are in a term, as far as no list says so: what a school says itself."""

from sqlalchemy import select

from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.db import session
from kiosk.core.errors import Invalid
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.finance.models import ITEM, FeeName
from kiosk.finance.names import plain
from kiosk.finance.permissions import WRITE_FEES
from kiosk.school.models import Term


def say(*, by: Actor, term: Term, item: str, is_charged: bool) -> FeeName:
    """Say that a fee is charged in a term, or is not charged any more; what was said before gives way."""
    by.needs(WRITE_FEES, SCHOOL)
    name, period = ITEM.read(item), f"T{term.id}"
    if not plain(name):
        raise Invalid(ITEM.missing, field="item")
    query = select(FeeName).where(FeeName.period == period, FeeName.key == plain(name))
    found = session.scalars(query.with_for_update()).first()
    before = None if found is None else found.is_charged
    if before is is_charged and found is not None:
        return found
    found = found or FeeName(period=period, key=plain(name))
    found.name, found.is_charged = name, is_charged
    found.said_by, found.said_at = str(by), clock.now()
    session.add(found)
    session.flush()
    record(
        "fee.named",
        f"term:{term.id}",
        by=by,
        before=None if before is None else {"item": name, "charged": _code(before)},
        after={"item": name, "charged": _code(is_charged)},
    )
    return found


def _code(is_charged: bool) -> str:
    return "yes" if is_charged else "no"


SAID = {"yes": lazy("Is charged"), "no": lazy("Is not charged any more")}
"""What can be said of a fee in a term."""
