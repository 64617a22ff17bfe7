"""The audit of one account: each voucher of the sample looked at, the vote, the finding and its posting."""

from typing import NamedTuple

from kiosk.accounts import queries
from kiosk.accounts.kind import ACCOUNTS, expected
from kiosk.accounts.models import (
    CLOSED,
    DRAWN,
    FINDING,
    FINE,
    FOUND,
    LAID,
    REFUSED,
    REMARK,
    REMARKED,
    SAID,
    CongressAudit,
    CongressTick,
)
from kiosk.accounts.permissions import REVIEW_ACCOUNTS
from kiosk.accounts.refusals import (
    KeepsBooks,
    NotInGroup,
    NotLooked,
    NotThere,
    OtherState,
    Unaccounted,
    VotesDiffer,
)
from kiosk.accounts.services.books import hold
from kiosk.accounts.services.congress import check_quorum, end_if_done, seat_of
from kiosk.cases import queries as cases
from kiosk.cases import services as casework
from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Forbidden, Invalid, OtherContent
from kiosk.core.filters import day as told_day
from kiosk.core.i18n import _, lazy, listed
from kiosk.core.masking import clean, mask
from kiosk.core.trace import record
from kiosk.messages.services import in_school_language
from kiosk.persons import queries as persons
from kiosk.postings import services as posting
from kiosk.postings.queries import period_words

CASE = "audit-remark"
"""The kind of the case that each remark is."""
SHOWN = 6
"""So many numbers are named at once."""


class Stale(Conflict):
    """Somebody else looked at the voucher meanwhile."""

    code = "stale"
    message = lazy("Somebody else looked at voucher %(number)s meanwhile: %(said)s. Nothing was saved.")


class Votes(NamedTuple):
    """How many hands went up."""

    in_favour: int
    against: int
    abstained: int


def tick(
    *, by: Actor, audit: CongressAudit, tick: CongressTick, outcome: str, text: str = "", seen: str | None
) -> None:
    """Say of a voucher of the sample that it is in order, or what is to be remarked.

    `seen` is what stood there when it was looked at ("" for nothing); Stale where it is another by now. The
    same again is the same. NotInGroup for anybody but the review group, Invalid for a remark without words.
    """
    by.needs(REVIEW_ACCOUNTS, SCHOOL)
    found = audit.session
    session.refresh(audit, with_for_update={"of": CongressAudit})
    session.refresh(tick)
    said = SAID.read(mask(text)) if outcome == REMARK else ""
    if outcome not in (FINE, REMARK):
        raise Invalid(lazy("Please choose."), field="outcome")
    if outcome == REMARK and sum(letter.isalpha() for letter in said) < 2:
        raise Invalid(lazy("Please say what is to be remarked; everybody reads it."), field="text")
    if (tick.outcome, tick.text) == (outcome, said):
        return
    if found.state != DRAWN or not audit.is_open:
        raise OtherState(day=told_day(found.held_on), state=found.label)
    _in_group(by, audit)
    if seen is not None and seen != tick.outcome:
        told = tick.text or (_("in order") if tick.outcome == FINE else _("not looked at"))
        raise Stale(number=tick.voucher.number, said=told)
    before = {"outcome": tick.outcome, "text": tick.text} if tick.outcome else None
    tick.outcome, tick.text, tick.ticked_by, tick.ticked_at = outcome, said, by.person, clock.now()
    after = {"account": audit.account_id, "voucher": tick.voucher_id, "outcome": outcome, "text": said}
    record("congress.ticked", found.subject, by=by, before=before, after=after)
    session.flush()


def _in_group(by: Actor, audit: CongressAudit) -> None:
    seat = seat_of(audit.session, by)
    if not seat.in_group:
        raise NotInGroup
    if not seat.present_at:
        raise NotThere
    if persons.is_among(by.person, queries.keepers([audit.account])):
        raise KeepsBooks(name=by.name)


def find(*, by: Actor, audit: CongressAudit, finding: str, text: str, votes: Votes) -> CongressAudit:
    """Write the congress's finding down and post it; each remark becomes a case that the head answers.

    NoQuorum below two thirds, Unaccounted while of a delegate nobody said where he is, NotLooked while a
    voucher of the sample waits, VotesDiffer unless the votes are as many as those present. The same again is
    the same finding, OtherContent for another one.
    """
    by.needs(REVIEW_ACCOUNTS, SCHOOL)
    if by.person is None:
        raise Forbidden
    session.refresh(audit, with_for_update={"of": CongressAudit})
    said = FINDING.read(finding), FOUND.read(mask(text)), *votes
    if audit.finding:
        there = audit.finding, audit.text, audit.in_favour, audit.against, audit.abstained
        if there != said:
            raise OtherContent
        return audit
    meeting, account = audit.session, audit.account
    if meeting.state != DRAWN or not audit.is_open:
        raise OtherState(day=told_day(meeting.held_on), state=meeting.label)
    _in_group(by, audit)
    _check(audit, finding, votes)
    hold(account)
    audit.finding, audit.text = said[0], said[1]
    audit.in_favour, audit.against, audit.abstained = votes
    audit.members, audit.present = len(meeting.seats), len(meeting.present)
    audit.found_by, audit.found_at, audit.is_open = by.person, clock.now(), False
    account.state = LAID if finding == REFUSED else CLOSED
    _remember(by, audit)
    _open_cases(by, audit)
    _post(by, audit)
    end_if_done(meeting)
    return audit


def _check(audit: CongressAudit, finding: str, votes: Votes) -> None:
    meeting = audit.session
    check_quorum(meeting)
    if missing := [one.person.name for one in meeting.seats if not one.present_at and not one.absent]:
        raise Unaccounted(names=listed(missing[:SHOWN]))
    if waiting := [one.voucher.number for one in audit.ticks if not one.outcome]:
        raise NotLooked(n=len(waiting), numbers=listed(waiting[:SHOWN]))
    present = len(meeting.present)
    if min(votes) < 0 or sum(votes) != present:
        raise VotesDiffer(field="in_favour", sum=sum(votes), present=present)
    carried = votes.in_favour * 2 > present
    if (finding == REFUSED) is carried:
        message = lazy(
            "Accepted is what more than half of those present are in favour of: %(n)s of %(present)s."
        )
        raise Invalid(message, field="finding", n=votes.in_favour, present=present)
    if finding != REFUSED and (finding == REMARKED) is not bool(audit.remarks):
        message = (
            lazy("There are remarks: it is accepted with remarks, or not.")
            if audit.remarks
            else lazy("No voucher is remarked: it is accepted, or not.")
        )
        raise Invalid(message, field="finding")


def _remember(by: Actor, audit: CongressAudit) -> None:
    after = {
        "account": audit.account_id,
        "version": audit.version,
        "finding": audit.finding,
        "text": audit.text,
        "members": audit.members,
        "present": audit.present,
        "in_favour": audit.in_favour,
        "against": audit.against,
        "abstained": audit.abstained,
        "remarks": len(audit.remarks),
    }
    audit.chain_seq = record("congress.found", audit.session.subject, by=by, after=after)
    session.flush()


def _open_cases(by: Actor, audit: CongressAudit) -> None:
    if not cases.are_used():
        return
    for one in audit.remarks:
        with in_school_language():
            said = _("Voucher %(number)s: %(text)s", number=one.voucher.number, text=one.text)
        case = casework.open_case(by=by, kind=CASE, subject=audit.account.subject, text=clean(said))
        one.case_id = case.id
    session.flush()


def _post(by: Actor, audit: CongressAudit) -> None:
    """Post account and finding: what stands there is drawn from both, and typed by nobody."""
    draft = posting.start(by=by, kind=ACCOUNTS)
    audit.posting_id = draft.posting_id
    session.flush()
    fields, rows = expected(audit)
    posting.save_draft(by=by, draft=draft, revision=draft.revision, fields=fields, rows=rows)
    posting.post(by=by, draft=draft, revision=draft.revision)


def told(audit: CongressAudit) -> str:
    """What a session has before it, in a word."""
    return f"{audit.account.book.name} {period_words(audit.account.period)}"
