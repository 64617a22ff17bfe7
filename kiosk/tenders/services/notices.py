"""The notice: posted once the need is approved, and changed in the open until the deadline."""

from dataclasses import replace
from datetime import datetime

from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.db import session
from kiosk.core.errors import Invalid
from kiosk.core.i18n import lazy
from kiosk.school import queries as school
from kiosk.tenders import queries
from kiosk.tenders.models import (
    APPROVED,
    BY_MEMBERS,
    BY_PRICE,
    CORRECTED,
    NOTICE,
    PLACE,
    SHORT,
    TERMS,
    TIES,
    Tender,
)
from kiosk.tenders.permissions import RUN_TENDERS
from kiosk.tenders.queries import Criterion, Notice
from kiosk.tenders.services.keeping import ask_state, ask_version, keep
from kiosk.tenders.services.publish import TENDER, put_up
from kiosk.tenders.services.wording import notice_fields, notice_rows
from kiosk.tenders.settings import DAYS

MOST_CRITERIA = 8


def post_notice(*, by: Actor, tender: Tender, seen: int, said: Notice) -> Tender:
    """Post the notice of an approved need, with criteria, tie rule and deadline written before.

    The same again changes nothing. Invalid where fewer days than usual remain and it says no reason.
    """
    by.needs(RUN_TENDERS, SCHOOL)
    if tender.state == NOTICE and _same(tender, said):
        return tender
    ask_state(tender, APPROVED)
    ask_version(tender, seen)
    said = _checked(said, clock.now())
    keep(by, tender, NOTICE, said)
    tender.posting_id = put_up(
        by=by,
        kind=TENDER,
        fields=notice_fields(tender, said),
        rows=notice_rows(queries.need(tender)),
    )
    tender.state = NOTICE
    session.flush()
    return tender


def correct(*, by: Actor, tender: Tender, seen: int, said: Notice) -> Tender:
    """Change a notice before its deadline, with a reason that everybody reads.

    Once an envelope is registered the criteria and the tie rule stay; the deadline only moves later.
    """
    by.needs(RUN_TENDERS, SCHOOL)
    ask_state(tender, NOTICE)
    before = queries.notice(tender)
    assert before
    if _same(tender, said):
        return tender
    ask_version(tender, seen)
    if queries.is_over(tender):
        raise Invalid(lazy("The deadline has passed: the notice stays as it is."), field="deadline")
    if said.deadline < before.deadline:
        raise Invalid(lazy("A deadline only moves later: bidders rely on it."), field="deadline")
    if tender.bids and (said.criteria, said.tie) != (before.criteria, before.tie):
        raise Invalid(lazy("An envelope is there: criteria and tie rule stay as they are."), field="tie")
    reason = CORRECTED.read(said.reason)
    first = next(one.at for one in tender.versions if one.part == NOTICE)
    said = replace(_checked(said, first), reason=reason)
    keep(by, tender, NOTICE, said)
    change_posting(by, tender, said)
    return tender


def change_posting(by: Actor, tender: Tender, said: Notice) -> None:
    """Put a changed notice up, with its reason."""
    put_up(
        by=by,
        kind=TENDER,
        number=tender.posting_id,
        fields=notice_fields(tender, said),
        rows=notice_rows(queries.need(tender)),
        reason=said.reason,
    )
    session.flush()


def _same(tender: Tender, said: Notice) -> bool:
    now = queries.notice(tender)
    if now is None:
        return False
    names = ("deadline", "place", "terms", "criteria", "tie")
    return all(getattr(now, name) == getattr(said, name) for name in names)


def _checked(said: Notice, posted: datetime) -> Notice:
    """A notice as it can be kept. Invalid with the field."""
    if said.deadline <= clock.now():
        raise Invalid(lazy("The deadline is to come."), field="deadline")
    days = (school.local(said.deadline).date() - school.local(posted).date()).days
    short, usual = SHORT.read(said.short), school.settings()[DAYS]
    if days < usual and not short:
        text = lazy("%(n)s days remain; usual are %(usual)s. Please say why there is less time.")
        raise Invalid(text, field="short", n=days, usual=usual)
    if said.tie not in TIES:
        raise Invalid(lazy("Please choose what decides between equal bids."), field="tie")
    return replace(
        said,
        place=PLACE.read(said.place),
        terms=TERMS.read(said.terms),
        criteria=criteria(said.criteria),
        short=short if days < usual else "",
        opens=said.deadline,
        postponed={},
    )


def criteria(given: tuple[Criterion, ...]) -> tuple[Criterion, ...]:
    """Criteria whose weights come to 100 points, one of them the price at most. Invalid else."""
    found = [Criterion(one.name.strip(), one.weight, one.by) for one in given if one.name.strip()]
    if not found:
        raise Invalid(lazy("Please say by which criteria it is decided."), field="criteria")
    if len(found) > MOST_CRITERIA or any(len(one.name) > 40 for one in found):
        raise Invalid(
            lazy("%(n)s criteria at most, each of 40 characters."), field="criteria", n=MOST_CRITERIA
        )
    if len({one.name for one in found}) < len(found):
        raise Invalid(lazy("A criterion stands there twice."), field="criteria")
    if any(one.weight < 1 or one.by not in (BY_PRICE, BY_MEMBERS) for one in found):
        raise Invalid(lazy("Each criterion has at least one point."), field="criteria")
    total = sum(one.weight for one in found)
    if total != 100:
        raise Invalid(
            lazy("The points of all criteria come to 100; these are %(n)s."), field="criteria", n=total
        )
    if sum(one.by == BY_PRICE for one in found) > 1:
        raise Invalid(lazy("Only one criterion is computed from the price."), field="criteria")
    return tuple(found)
