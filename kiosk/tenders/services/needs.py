"""What is needed: proposed up the ladder, changed, taken back."""

from collections.abc import Sequence

from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.db import session
from kiosk.core.errors import Invalid, OtherContent
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.steps import services as decisions
from kiosk.tenders import queries
from kiosk.tenders.models import (
    APPROVED,
    DISCOUNT,
    ESTIMATE,
    FIXED,
    NEED,
    NOTICE,
    PRICINGS_OF,
    REASON,
    RETURNED,
    ROLL,
    SUPPLY,
    TITLE,
    WHY,
    WITHDRAWN,
    Tender,
)
from kiosk.tenders.permissions import NEED_TENDERS
from kiosk.tenders.queries import Need, Wanted, content_of
from kiosk.tenders.services import publish
from kiosk.tenders.services.deciding import LADDER
from kiosk.tenders.services.keeping import ask_state, ask_version, keep

MOST_LINES, MOST_MONTHS = 80, 60


def propose(*, by: Actor, sent: str, need: Need) -> Tender:
    """Say what is needed; it goes up the ladder of its estimated value.

    The same form again is the same tender; OtherContent where it said something else before.
    """
    by.needs(NEED_TENDERS, SCHOOL)
    said = checked(need)
    if there := queries.sent(sent):
        if there.versions[0].content != content_of(said) or there.versions[0].account != str(by):
            raise OtherContent
        return there
    found = Tender(sent=sent, state=NEED, begun_at=clock.now())
    session.add(found)
    session.flush()
    row = keep(by, found, NEED, said)
    content = row.content.encode()
    decisions.begin(
        by=by, ladder=LADDER, subject=found.subject, content=content, amount=said.estimate, why=said.why[:200]
    )
    return found


def change_need(*, by: Actor, tender: Tender, seen: int, need: Need) -> Tender:
    """Say something else instead, before it is approved: it begins again at the first level.

    The same again changes nothing; Changed where somebody else changed it since, or it is decided.
    """
    by.needs(NEED_TENDERS, SCHOOL)
    ask_state(tender, NEED, RETURNED)
    said = checked(need)
    if content_of(said) == queries.need_row(tender).content:
        return tender
    ask_version(tender, seen)
    before = queries.need(tender)
    row = keep(by, tender, NEED, said)
    changed = [name for name in vars(said) if getattr(said, name) != getattr(before, name)]
    decisions.change(
        by=by,
        approval=queries.approval_of(tender),
        content=row.content.encode(),
        changed=changed,
        amount=said.estimate,
        why=said.why[:200],
    )
    tender.state = NEED
    session.flush()
    return tender


def take_back(*, by: Actor, tender: Tender, reason: str) -> None:
    """Take a tender back before anything is opened, with a reason; a notice is withdrawn in public."""
    by.needs(NEED_TENDERS, SCHOOL)
    why = REASON.read(reason)
    if tender.state == WITHDRAWN:
        return
    ask_state(tender, NEED, RETURNED, APPROVED, NOTICE, ROLL)
    if tender.state in (NEED, RETURNED):
        decisions.withdraw(by=by, approval=queries.approval_of(tender), why=why)
    publish.take_down(by=by, found=tender, reason=why)
    tender.state = WITHDRAWN
    tender.withdrawn_seq = record("tender.withdrawn", tender.subject, by=by, after={"reason": why})
    session.flush()


def checked(need: Need) -> Need:
    """A need as it can be kept. Invalid with the field."""
    if need.subject not in PRICINGS_OF or need.pricing not in PRICINGS_OF[need.subject]:
        raise Invalid(lazy("Please choose how it is priced."), field="pricing")
    if not need.estimate > 0:
        raise Invalid(ESTIMATE.missing, field=ESTIMATE.name)
    if not 1 <= need.months <= MOST_MONTHS:
        raise Invalid(lazy("For 1 to %(n)s months."), field="months", n=MOST_MONTHS)
    lines = tuple(_lines(need)) if need.subject == SUPPLY else ()
    return Need(
        TITLE.read(need.title),
        need.subject,
        need.pricing,
        WHY.read(need.why),
        need.estimate,
        need.months,
        lines,
    )


def _lines(need: Need) -> Sequence[Wanted]:
    lines = [one for one in need.lines if one.item or one.item_class]
    if not lines:
        raise Invalid(lazy("Please enter at least one line: what is bought?"), field="lines")
    if len(lines) > MOST_LINES:
        raise Invalid(lazy("%(n)s lines at most."), field="lines", n=MOST_LINES)
    for place, one in enumerate(lines, 1):
        if one.item and not one.unit:
            raise Invalid(lazy("Line %(n)s: in which unit?"), field="lines", n=place)
        if need.pricing == FIXED and not (one.item and one.quantity):
            text = lazy("Line %(n)s: a fixed price needs an item and the quantity for the term.")
            raise Invalid(text, field="lines", n=place)
    things = [(one.item, one.specification, one.unit, "" if one.item else one.item_class) for one in lines]
    if len(set(things)) < len(things):
        raise Invalid(lazy("A line stands there twice."), field="lines")
    if need.pricing not in (FIXED, DISCOUNT):
        raise Invalid(lazy("Please choose how it is priced."), field="pricing")
    return lines
