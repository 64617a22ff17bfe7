"""Vouchers: written one by one, drawn from payments, brought in from a file; each number once in a book."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, select

from kiosk.accounts import queries
from kiosk.accounts.models import (
    AMOUNT,
    NUMBER,
    OTHER,
    PAYEES,
    PURPOSE,
    SIDE,
    SPENDING,
    SUPPLIER,
    WRITING,
    AccountImport,
    AccountVoucher,
    PeriodAccount,
)
from kiosk.accounts.permissions import WRITE_BOOKS
from kiosk.accounts.refusals import BroughtBefore, NotWritable, OutsidePeriod, PaymentTaken
from kiosk.accounts.services.books import hold, taken
from kiosk.attachments.models import Attachment
from kiosk.attachments.services import attach
from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.db import session
from kiosk.core.documents import Document
from kiosk.core.errors import Invalid
from kiosk.core.filters import day as told_day
from kiosk.core.i18n import lazy
from kiosk.core.masking import mask
from kiosk.core.trace import record
from kiosk.payments.models import FOOD
from kiosk.payments.queries import WRITTEN
from kiosk.postings.queries import period_words
from kiosk.school import queries as school

MOST_FILES = 5
"""Attachments of a voucher."""


@dataclass(frozen=True, kw_only=True)
class Slip:
    """A voucher as it is written: amounts in fen; of a payment its number."""

    number: str
    day: date
    side: str
    purpose: str
    amount: int
    payee: str = OTHER
    payment: int | None = None


def read(account: PeriodAccount, slip: Slip) -> Slip:
    """A voucher as it can stand in an account. Invalid, OutsidePeriod. What looks private is masked."""
    if slip.payee not in PAYEES:
        raise Invalid(lazy("Please choose from the list."), field="payee")
    if slip.amount <= 0:
        raise Invalid(AMOUNT.missing, field="amount")
    if not account.starts <= slip.day <= account.ends:
        raise OutsidePeriod(
            field="day",
            day=told_day(slip.day, "iso"),
            first=told_day(account.starts, "iso"),
            last=told_day(account.ends, "iso"),
        )
    return Slip(
        number=NUMBER.read(slip.number),
        day=slip.day,
        side=SIDE.read(slip.side),
        purpose=PURPOSE.read(mask(slip.purpose)),
        amount=slip.amount,
        payee=slip.payee,
        payment=slip.payment,
    )


def add(*, by: Actor, account: PeriodAccount, slip: Slip) -> AccountVoucher:
    """Write a voucher. The same once more is the same voucher; NumberTaken where its number is another's."""
    _writes(by, account)
    said = read(account, slip)
    there = queries.numbered(account.book_id, [queries.key_of(said.number)])
    for one in there.values():
        if one.account_id == account.id and _says(one) == said:
            return one
        raise taken(one)
    made = _keep(account, [said])[0]
    record("voucher.added", account.subject, by=by, after={"voucher": made.id, **_told(said)})
    return made


def _says(one: AccountVoucher) -> Slip:
    return Slip(
        number=one.number,
        day=one.day,
        side=one.side,
        purpose=one.purpose,
        amount=one.amount,
        payee=one.payee,
        payment=one.payment_id,
    )


def _told(slip: Slip) -> dict[str, object]:
    return {
        "number": slip.number,
        "day": slip.day,
        "side": slip.side,
        "purpose": slip.purpose,
        "amount": slip.amount,
        "payee": slip.payee,
    }


def _writes(by: Actor, account: PeriodAccount) -> None:
    by.needs(WRITE_BOOKS, SCHOOL)
    hold(account)
    if account.state != WRITING:
        raise NotWritable(state=account.label)


def _keep(
    account: PeriodAccount, slips: Sequence[Slip], brought: AccountImport | None = None
) -> list[AccountVoucher]:
    made = [
        AccountVoucher(
            account_id=account.id,
            book_id=account.book_id,
            number=one.number,
            key=queries.key_of(one.number),
            day=one.day,
            side=one.side,
            purpose=one.purpose,
            amount=one.amount,
            payee=one.payee,
            payment_id=one.payment,
            import_id=brought.id if brought else None,
        )
        for one in slips
    ]
    session.add_all(made)
    session.flush()
    return made


def remove(*, by: Actor, account: PeriodAccount, voucher: AccountVoucher) -> None:
    """Take a voucher out of what is being written; of a version that is laid open it stays there."""
    _writes(by, account)
    if voucher.until is not None:
        return
    record("voucher.removed", account.subject, by=by, before={"voucher": voucher.id, **_told(_says(voucher))})
    if voucher.since is None:
        session.delete(voucher)
    else:
        voucher.until = account.version + 1
    session.flush()


def draw(*, by: Actor, account: PeriodAccount, payments: Iterable[int]) -> list[AccountVoucher]:
    """Make vouchers of payments: amount, day and number as they stand in the books, and not typed again.

    A payment that is a voucher of this account already is the same; PaymentTaken for one of another account,
    NumberTaken where its number is another voucher's, Invalid for one that is not in the books.
    """
    _writes(by, account)
    wanted = list(dict.fromkeys(payments))
    able = {one.payment.id: one for one in queries.drawable(account)[0]}
    slips = []
    for number in wanted:
        there = queries.of_payment(number)
        if there and there.account_id == account.id:
            continue
        if there:
            raise _payment_taken(number, there)
        if number not in able:
            message = lazy("Payment no. %(payment)s is not in the books, or not of these days.")
            raise Invalid(message, field="payments", payment=number)
        slips.append(read(account, _slip_of(able[number])))
    _free(account, slips)
    made = _keep(account, slips)
    if made:
        after = {"vouchers": [one.number for one in made], "payments": [one.payment_id for one in made]}
        record("voucher.drawn", account.subject, by=by, after=after)
    return made


def _payment_taken(number: int, there: AccountVoucher) -> PaymentTaken:
    return PaymentTaken(
        field="payments",
        payment=number,
        number=there.number,
        book=there.account.book.name,
        period=period_words(there.account.period),
    )


def _slip_of(one: queries.Drawable) -> Slip:
    now = one.payment.now
    purpose = f"{WRITTEN.get(now.purpose, WRITTEN[FOOD])}：{now.about}"
    return Slip(
        number=one.number,
        day=one.day,
        side=SPENDING,
        purpose=purpose[: PURPOSE.longest],
        amount=now.amount,
        payee=SUPPLIER if now.supplier_id else OTHER,
        payment=one.payment.id,
    )


def _free(account: PeriodAccount, slips: Sequence[Slip]) -> None:
    """NumberTaken where a number stands in the book, or twice among these."""
    keys = [queries.key_of(one.number) for one in slips]
    for one in queries.numbered(account.book_id, keys).values():
        raise taken(one)
    seen: set[str] = set()
    for place, key in enumerate(keys):
        if key in seen:
            raise Invalid(
                lazy("Voucher %(number)s stands twice in what is to be imported."),
                field="number",
                number=slips[place].number,
            )
        seen.add(key)


def bring_in(
    *, by: Actor, account: PeriodAccount, digest: str, file_name: str, slips: Sequence[Slip]
) -> AccountImport:
    """Bring the vouchers of a file in, all or none. BroughtBefore for the same file once more."""
    _writes(by, account)
    if before := queries.brought(account.book_id, digest):
        raise BroughtBefore(
            field="file",
            period=period_words(before.account.period),
            day=told_day(school.local(before.brought_at)),
            n=before.vouchers,
        )
    if not slips:
        raise Invalid(lazy("There is no voucher in this file."), field="file")
    said = [read(account, one) for one in slips]
    _free(account, said)
    brought = AccountImport(
        account_id=account.id,
        book_id=account.book_id,
        digest=digest,
        file_name=file_name[:80],
        vouchers=len(said),
        brought_at=clock.now(),
    )
    session.add(brought)
    session.flush()
    _keep(account, said, brought)
    after = {"file": brought.file_name, "digest": digest, "vouchers_number": len(said)}
    record("voucher.brought", account.subject, by=by, after=after)
    return brought


def take_back(*, by: Actor, account: PeriodAccount, brought: AccountImport) -> int:
    """Take the vouchers of a file out again that were not laid open yet; how many.

    What of it was laid open stays, and so does the file's name; it can be brought in again otherwise.
    """
    _writes(by, account)
    own = AccountVoucher.import_id == brought.id
    fresh = own & AccountVoucher.since.is_(None)
    number = session.scalar(select(func.count(AccountVoucher.id)).where(fresh)) or 0
    record(
        "voucher.taken_back",
        account.subject,
        by=by,
        before={"file": brought.file_name, "digest": brought.digest, "vouchers_number": number},
    )
    session.execute(delete(AccountVoucher).where(fresh))
    if not session.scalar(select(AccountVoucher.id).where(own).limit(1)):
        session.delete(brought)
    session.flush()
    return int(number)


def keep_file(
    *, by: Actor, account: PeriodAccount, voucher: AccountVoucher, name: str, document: Document
) -> Attachment:
    """Keep the photo or PDF of a voucher: for the office and the congress, not for everybody."""
    by.needs(WRITE_BOOKS, SCHOOL)
    subject = f"account_voucher:{voucher.id}"
    there = list(session.scalars(select(Attachment).where(Attachment.subject == subject)))
    if len(there) >= MOST_FILES:
        raise Invalid(lazy("%(n)s attachments at most."), field="files", n=MOST_FILES)
    after = {"voucher": voucher.id, "number": voucher.number, "file": name}
    seq = record("voucher.file", account.subject, by=by, after=after)
    return attach(
        by=by, subject=subject, entry=seq, text=name, data=document.data, media_type=document.media_type
    )
