"""What of accounts waits for whom: to be laid open, audited and posted."""

from collections.abc import Iterator
from datetime import date, datetime, time

from flask import url_for

from kiosk.accounts import queries
from kiosk.accounts.models import DRAWN, WRITING, CongressSeat, CongressSession, PeriodAccount
from kiosk.accounts.permissions import REVIEW_ACCOUNTS, SIT, WRITE_BOOKS
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.duty import WARN, Duties, Duty
from kiosk.core.i18n import _, day_told, lazy
from kiosk.core.overdue import Dues, Overdue
from kiosk.persons import queries as persons
from kiosk.postings.queries import period_words
from kiosk.school import queries as school

POST = "post-account"


def to_lay(_who: Actor) -> Iterator[Duty]:
    """Accounts whose period is over and that are still being written."""
    for one in queries.accounts(PeriodAccount.state == WRITING, PeriodAccount.ends < school.today()):
        text = _("Lay open: %(book)s, %(period)s", book=one.book.name, period=period_words(one.period))
        yield Duty(str(one.id), WARN, text, url_for("office.accounts.show", number=one.id), mine=True)


def to_audit(who: Actor) -> Iterator[Duty]:
    """What the congress has before it: accounts laid open, and sessions up to their findings."""
    mine = who.holds(("congress",), SCHOOL)
    if waiting := queries.auditable():
        text = _("%(n)s accounts wait for a session of the congress", n=len(waiting))
        yield Duty("auditable", WARN, text, url_for("office.congress.index"), mine=mine)
    for one in queries.meetings(sitting=True):
        due = queries.due_of(one)
        text = (
            _("Session of %(day)s: write the finding down and post it", day=day_told(one.held_on))
            if one.state == DRAWN
            else _("Session of the congress on %(day)s: roll and sample", day=day_told(one.held_on))
        )
        yield Duty(
            f"session-{one.id}",
            WARN,
            text,
            url_for("office.congress.show", number=one.id),
            due=datetime.combine(due, time.max, school.zone()) if due else None,
            mine=mine,
        )


def to_sit(who: Actor) -> Iterator[Duty]:
    """Delegates of a session today who have not said that they are there."""
    for one in queries.meetings(sitting=True):
        seat = _seat_of(one, who)
        if one.held_on == school.today() and seat and not seat.present_at:
            text = _("Session of the congress today: say that you are there")
            yield Duty(f"sit-{one.id}", WARN, text, url_for("office.congress.sit", number=one.id), mine=True)


def _seat_of(found: CongressSession, who: Actor) -> CongressSeat | None:
    seats = (one for one in found.seats if persons.is_among(who.person, [one.person_id]))
    return next(seats, None)


DUTIES = (
    Duties("account", WRITE_BOOKS, to_lay),
    Duties("audit", REVIEW_ACCOUNTS, to_audit),
    Duties("congress", SIT, to_sit),
)


def overdue(first: date, last: date) -> Iterator[Overdue]:
    """Accounts that were to be posted with their finding by one of these days and are not."""
    for one in queries.meetings(sitting=True):
        due = queries.due_of(one)
        if due and first <= due <= last:
            for audit in one.audits:
                if not audit.finding:
                    subject = f"congress_session:{one.id}:{audit.account_id}"
                    yield Overdue(f"account:{audit.id}", subject, POST, due, (one.convened_by,))


def _title(subject: str, _duty: str) -> str:
    _session, number, account = subject.split(":")
    found, meeting = queries.account(int(account)), queries.meeting(int(number))
    said = {"book": found.book.name, "period": period_words(found.period)}
    return str(
        _("Post with the finding of %(day)s: %(book)s, %(period)s", day=day_told(meeting.held_on), **said)
    )


def _address(subject: str) -> str:
    return url_for("office.congress.show", number=int(subject.split(":")[1]))


DUES = Dues(
    kind="account", label=lazy("Accounts before the congress"), of=overdue, title=_title, address=_address
)
