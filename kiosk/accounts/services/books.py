"""Books and their accounts: added, begun where the last one ended, laid open, corrected as a new version."""

from sqlalchemy import delete, select, update

from kiosk.accounts import queries
from kiosk.accounts.models import (
    CLOSED,
    LAID,
    NAME,
    REASON,
    WRITING,
    AccountBook,
    AccountImport,
    AccountVersion,
    AccountVoucher,
    PeriodAccount,
)
from kiosk.accounts.permissions import WRITE_BOOKS
from kiosk.accounts.refusals import (
    BeforeCongress,
    DoesNotMove,
    LaterStands,
    NotWritable,
    NumberTaken,
    OtherOpening,
)
from kiosk.accounts.services import content
from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Forbidden, Invalid, OtherContent
from kiosk.core.filters import day as told_day
from kiosk.core.formats import fen_to_text
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.postings.queries import period_words, span_of
from kiosk.postings.queries.rhythms import unit_of
from kiosk.school import queries as school


def hold(account: PeriodAccount) -> None:
    """Let nobody else write in an account, lay it open or audit it before this transaction ends."""
    session.refresh(account, with_for_update={"of": PeriodAccount})


def add_book(*, by: Actor, name: str) -> AccountBook:
    """Add a book; one of this name is the same, and used again if it was ended."""
    by.needs(WRITE_BOOKS, SCHOOL)
    said = NAME.read(name)
    found = session.scalar(select(AccountBook).filter_by(key=queries.key_of(said)))
    if found and found.ended_at is None:
        return found
    if found is None:
        found = AccountBook(name=said, key=queries.key_of(said), added_by=str(by), added_at=clock.now())
        session.add(found)
    found.ended_at = None
    session.flush()
    record("book.added", f"account_book:{found.id}", by=by, after={"book": found.name})
    return found


def end_book(*, by: Actor, book: AccountBook) -> None:
    """Enter nothing in a book any more; what is in it stays. Conflict while an account is being written."""
    by.needs(WRITE_BOOKS, SCHOOL)
    if any(one.state == WRITING for one in book.accounts):
        raise Conflict(lazy("An account of this book is being written. Lay it open first."))
    if book.ended_at is None:
        book.ended_at = clock.now()
        record("book.ended", f"account_book:{book.id}", by=by, after={"book": book.name})
        session.flush()


def begin(*, by: Actor, sent: str, book: AccountBook, period: str, opening: int) -> PeriodAccount:
    """Begin the account of a month or term, with what was there at its beginning, in fen.

    OtherOpening where the account before ended with something else; Invalid for no period, one that is there,
    that shares days with another, or while the one before is being written.
    """
    by.needs(WRITE_BOOKS, SCHOOL)
    if by.person is None:
        raise Forbidden
    if there := queries.sent(sent):
        if (there.book_id, there.period, there.opening) != (book.id, period, opening):
            raise OtherContent
        return there
    span = span_of(period) if unit_of(period) in ("month", "term") else None
    if span is None:
        raise Invalid(lazy("Please choose a month or a term."), field="period")
    if book.ended_at:
        raise Invalid(lazy("Nothing is entered in this book any more."), field="book")
    _fits(book, period, span.first, opening)
    if other := queries.overlapping(book.id, span.first, span.last):
        message = lazy("The account of %(period)s shares days with this one.")
        raise Invalid(message, field="period", period=period_words(other.period))
    found = PeriodAccount(
        sent=sent,
        book=book,
        period=period,
        starts=span.first,
        ends=span.last,
        opening=opening,
        version=0,
        state=WRITING,
        begun_by=by.person,
        begun_at=clock.now(),
    )
    session.add(found)
    session.flush()
    after = {"book_number": book.id, "period": period, "opening": opening}
    record("account.begun", found.subject, by=by, after=after)
    return found


def _fits(book: AccountBook, period: str, first: object, opening: int) -> None:
    """Whether an account can begin there: after the last one, with what that ended with."""
    if queries.of_period(book.id, period):
        raise Invalid(lazy("This account is there already."), field="period")
    last = book.accounts[-1] if book.accounts else None
    if last is None:
        return
    if last.starts > first:  # type: ignore[operator]
        message = lazy("The account of %(period)s is there already: a book goes on, and never back.")
        raise Invalid(message, field="period", period=period_words(last.period))
    if last.state == WRITING or last.now is None:
        message = lazy("The account of %(period)s is being written: lay it open first.")
        raise Invalid(message, field="period", period=period_words(last.period))
    check_opening(last, opening)


def check_opening(last: PeriodAccount, opening: int) -> None:
    """OtherOpening, with the difference, unless it is what the last account ended with."""
    assert last.now
    if opening != last.now.closing:
        raise OtherOpening(
            field="opening",
            period=period_words(last.period),
            closing=fen_to_text(last.now.closing),
            opening=fen_to_text(opening),
            difference=fen_to_text(opening - last.now.closing),
        )


def lay(*, by: Actor, account: PeriodAccount, seen: str, reason: str = "") -> AccountVersion:
    """Lay an account open: everybody reads this version from now on, and it never changes.

    `seen` is the hash of the vouchers that were looked at; Conflict where they are others by now. Laid twice
    is the same. A later version has a reason; LaterStands where a later account began with another sum.
    """
    by.needs(WRITE_BOOKS, SCHOOL)
    if by.person is None:
        raise Forbidden
    hold(account)
    if account.state != WRITING:
        if account.now and account.now.root == seen and account.state == LAID:
            return account.now
        raise NotWritable(state=account.label)
    if account.ends > school.today():
        raise Invalid(lazy("It is laid open once it is over, from %(day)s on."), day=account.ends)
    made = content.laid(queries.vouchers(account, None))
    if made.root != seen:
        raise Conflict(lazy("The vouchers changed meanwhile. Nothing was laid open; please look again."))
    number = account.version + 1
    why = REASON.read(reason) if number > 1 else ""
    _check_later(account, account.opening + made.income - made.spending)
    version = _keep(by, account, number, made, why)
    settle = update(AccountVoucher).where(AccountVoucher.account_id == account.id)
    session.execute(settle.where(AccountVoucher.since.is_(None)).values(since=number))
    account.version, account.state = number, LAID
    session.flush()
    session.refresh(account, ["versions"])
    return version


def _check_later(account: PeriodAccount, closing: int) -> None:
    later = queries.first_after(account)
    if later and later.opening != closing:
        raise LaterStands(
            period=period_words(later.period),
            opening=fen_to_text(later.opening),
            closing=fen_to_text(closing),
            difference=fen_to_text(later.opening - closing),
        )


def _keep(by: Actor, account: PeriodAccount, number: int, made: content.Laid, why: str) -> AccountVersion:
    after = {
        "version": number,
        "opening": account.opening,
        "income": made.income,
        "spending": made.spending,
        "vouchers": made.number,
        "root": made.root,
        "reason": why,
    }
    version = AccountVersion(
        account_id=account.id,
        number=number,
        opening=account.opening,
        income=made.income,
        spending=made.spending,
        vouchers=made.number,
        root=made.root,
        reason=why,
        laid_by=by.person or 0,
        laid_at=clock.now(),
        chain_seq=record("account.laid", account.subject, by=by, after=after),
    )
    session.add(version)
    session.flush()
    return version


def correct(*, by: Actor, account: PeriodAccount) -> None:
    """Begin a correction of what is laid open; everybody reads the version in force until it is done.

    DoesNotMove for what the congress closed, BeforeCongress while a session has it before it.
    """
    by.needs(WRITE_BOOKS, SCHOOL)
    hold(account)
    if account.state == CLOSED:
        raise DoesNotMove
    if found := queries.open_audit(account.id):
        raise BeforeCongress(account=period_words(account.period), day=told_day(found.session.held_on))
    if account.state == WRITING:
        return
    account.state = WRITING
    record("account.correction", account.subject, by=by, after={"version": account.version})
    session.flush()


def give_up(*, by: Actor, account: PeriodAccount) -> None:
    """Give a correction up: the version in force stays as it was.

    NumberTaken where a number that it took out is a voucher of another account by now.
    """
    by.needs(WRITE_BOOKS, SCHOOL)
    hold(account)
    if account.state != WRITING or not account.version:
        raise NotWritable(state=account.label)
    own = AccountVoucher.account_id == account.id
    session.execute(delete(AccountVoucher).where(own, AccountVoucher.since.is_(None)))
    out = list(
        session.scalars(select(AccountVoucher).where(own, AccountVoucher.until == account.version + 1))
    )
    for one in queries.numbered(account.book_id, [one.key for one in out]).values():
        raise taken(one)
    for one in out:
        one.until = None
    used = select(AccountVoucher.import_id).where(AccountVoucher.import_id.is_not(None))
    mine = AccountImport.account_id == account.id
    session.execute(delete(AccountImport).where(mine, AccountImport.id.not_in(used)))
    account.state = LAID
    record("account.given_up", account.subject, by=by, after={"version": account.version})
    session.flush()


def taken(one: AccountVoucher) -> NumberTaken:
    """That a number stands in the book already, and where."""
    return NumberTaken(
        field="number",
        number=one.number,
        period=period_words(one.account.period),
        day=told_day(one.day, "iso"),
        purpose=one.purpose,
        amount=fen_to_text(one.amount),
    )
