"""Asking for a payment, changing what was asked for, taking it back; each in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kiosk.attachments.services import attach
from kiosk.catalogue import queries as catalogue
from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor, Place
from kiosk.core.db import session
from kiosk.core.documents import Document
from kiosk.core.errors import Forbidden, Invalid, OtherContent
from kiosk.core.filters import day as told_day
from kiosk.core.formats import fen_to_text, milli_to_text, price_to_text
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.core.uploads import digest_of
from kiosk.payments import queries
from kiosk.payments.models import (
    ABOUT,
    AMOUNT,
    APPROVED,
    FOOD,
    INVOICE,
    PAYEE,
    PURPOSE,
    REASON,
    REQUESTED,
    RETURNED,
    UNDER_WAY,
    WITHDRAWN,
    Payment,
    PaymentLine,
    PaymentVersion,
)
from kiosk.payments.permissions import ASK_PAYMENTS
from kiosk.payments.queries import OpenLine
from kiosk.payments.refusals import Changed, SameInvoice, SheetChanged, TooMuch, TooMuchOfSheet
from kiosk.payments.services import money
from kiosk.payments.services.content import content_of, differing, told
from kiosk.payments.services.deciding import LADDER
from kiosk.persons import queries as persons
from kiosk.purchasing.models import Sheet
from kiosk.steps import queries as steps
from kiosk.steps import services as decisions

MOST_LINES, MOST_VOUCHERS = 400, 10


class Picked(NamedTuple):
    """A posted line that is to be paid, as it was shown: which of which version, and how much of it."""

    posting: int
    version: int
    row: int
    amount: int


class Voucher(NamedTuple):
    """A file that is brought as a voucher."""

    name: str
    document: Document


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is asked for. With `lines` of a supplier, or of nobody; else an amount for a purpose."""

    supplier: int | None = None
    payee: str = ""
    invoice: str = ""
    purpose: str = FOOD
    about: str = ""
    amount: int | None = None
    lines: Sequence[Picked] = ()
    vouchers: Sequence[Voucher] = ()
    kept: Sequence[int] = ()
    """Of the vouchers that are there, the numbers of those that stay."""
    budget_line: int | None = None


def ask(*, by: Actor, sent: str, wish: Wish) -> Payment:
    """Ask for a payment; it goes up the ladder of its amount.

    The same form again is the same payment; OtherContent where it said something else before. SameInvoice,
    TooMuch or TooMuchOfSheet for what may not be paid, SheetChanged where a sheet is another than was shown,
    Forbidden for who may not ask.
    """
    there = queries.sent(sent)
    if there is not None:
        return _again(by, there, wish)
    found = Payment(sent=sent, version=0, state=REQUESTED, payee_key="", invoice_key="", asked_at=clock.now())
    at = _place(wish.lines)
    by.needs(ASK_PAYMENTS, at)
    made = _read(by, found, wish, at)
    session.add(found)
    session.flush()
    _keep(by, found, made, wish)
    numbers = {line.posting_id for line in made.lines}
    decisions.begin(
        by=by,
        ladder=LADDER,
        subject=found.subject,
        content=content_of(made),
        amount=made.amount,
        at=at,
        parts=queries.people_of(numbers),
        why=made.about,
    )
    money.hold(by, found, made)
    return found


def _again(by: Actor, there: Payment, wish: Wish) -> Payment:
    """What was asked for with this form before. OtherContent where the form says something else now."""
    first = there.versions[0]
    lines = [(one.posting_id, one.row, one.amount) for one in first.lines]
    digests = {one["digest"] for one in first.vouchers}
    invoice = queries.invoice_key(first.invoice)
    before = (first.account, first.about, first.budget_line, first.purpose, digests, invoice, lines)
    now = (
        *(str(by), ABOUT.read(wish.about), wish.budget_line, FOOD if wish.lines else wish.purpose),
        {digest_of(one.document.data) for one in wish.vouchers},
        queries.invoice_key(wish.invoice),
    )
    picked = [(one.posting, one.row, one.amount) for one in wish.lines]
    same_payee = (
        first.supplier_id == wish.supplier if wish.supplier else first.payee == PAYEE.read(wish.payee)
    )
    same_amount = bool(picked) or first.amount == wish.amount
    if before != (*now, picked) or not (same_payee and same_amount):
        raise OtherContent
    return there


def change(*, by: Actor, payment: Payment, seen: int, wish: Wish) -> Payment:
    """Ask for something else instead: it begins again at the first level, and signatures so far are void.

    The same again changes nothing. Changed where somebody else changed it since, or it is decided.
    """
    approval = queries.approval_of(payment)
    by.needs(ASK_PAYMENTS, steps.place_of(approval))
    if payment.version != seen or payment.state not in (REQUESTED, RETURNED):
        raise Changed(number=payment.id, state=payment.label)
    old = payment.now
    made = _read(by, payment, wish, steps.place_of(approval))
    made.vouchers = _staying(old, wish)
    if not wish.vouchers and not differing(old, made):
        return payment
    _keep(by, payment, made, wish)
    decisions.change(
        by=by,
        approval=approval,
        content=content_of(made),
        changed=differing(old, made),
        amount=made.amount,
        why=made.about,
    )
    _fill(by, payment, made)
    money.hold(by, payment, made)
    payment.state = REQUESTED
    session.flush()
    return payment


def _fill(by: Actor, payment: Payment, made: PaymentVersion) -> None:
    """Who is printed on sheets that came in with a change fills a place from now on."""
    approval = queries.approval_of(payment)
    for part, people in queries.people_of({line.posting_id for line in made.lines}).items():
        for person in people:
            if not persons.is_among(person, steps.people_in(approval)):
                decisions.fill(by=by, approval=approval, part=part, person=person)


def take_back(*, by: Actor, payment: Payment, reason: str) -> None:
    """Take a request back before it is paid, with a reason; its lines and its invoice are free again."""
    approval = queries.approval_of(payment)
    by.needs(ASK_PAYMENTS, steps.place_of(approval))
    why = REASON.read(reason)
    if payment.state not in UNDER_WAY:
        raise Changed(number=payment.id, state=payment.label)
    if payment.state != APPROVED:
        decisions.withdraw(by=by, approval=approval, why=why)
    money.release(by, payment)
    payment.state = WITHDRAWN
    after = {"reason": why, "version": payment.version, "hash": payment.now.hash}
    payment.withdrawn_seq = record("payment.withdrawn", payment.subject, by=by, after=after)
    session.flush()


def _place(lines: Sequence[Picked]) -> Place:
    """The canteen of the lines, if it is one; else the school."""
    numbers = {line.posting for line in lines}
    sheets = [sheet for number in numbers if (sheet := session.get(Sheet, number))]
    codes = {sheet.canteen.code for sheet in sheets}
    return Place(codes.pop()) if len(codes) == 1 else SCHOOL


def _read(by: Actor, payment: Payment, wish: Wish, at: Place) -> PaymentVersion:
    """What is asked for, checked; not stored yet."""
    supplier, payee = _payee(wish)
    lines = _lines(payment.id, supplier, wish.lines)
    invoice = INVOICE.read(wish.invoice) if supplier or lines else _free_invoice(wish.invoice)
    key, own = queries.payee_key(supplier, payee), queries.invoice_key(invoice)
    if same := queries.with_invoice(key, own, but=payment.id):
        raise SameInvoice(field=INVOICE.name, invoice=invoice, payee=payee, number=same.id, state=same.label)
    amount = sum(line.amount for line in lines) if lines else wish.amount
    if not amount:
        raise Invalid(lazy("How much is to be paid?"), field=AMOUNT.name)
    payment.payee_key, payment.invoice_key = key, own
    return PaymentVersion(
        number=payment.version + 1,
        supplier_id=supplier,
        payee=payee,
        invoice=invoice,
        purpose=FOOD if lines else PURPOSE.read(wish.purpose),
        about=ABOUT.read(wish.about),
        amount=amount,
        budget_line=wish.budget_line,
        vouchers=[],
        lines=lines,
        role=_role(by, at),
        account=str(by),
        written_at=clock.now(),
    )


def _free_invoice(text: str) -> str:
    """The number of an invoice, which what has no supplier need not have."""
    return INVOICE.read(text) if text.strip() else ""


def _payee(wish: Wish) -> tuple[int | None, str]:
    """Who is paid: a supplier, also where its name was typed, or somebody by name."""
    if wish.supplier:
        found = catalogue.supplier(wish.supplier)
        return found.id, found.name
    name = PAYEE.read(wish.payee)
    same = [one for one in catalogue.suppliers(everything=True) if one.name == name]
    return (same[0].id, name) if same and not wish.lines else (None, name)


def _role(by: Actor, at: Place) -> str:
    """As what somebody asks: the first of the roles that may."""
    held = [grant.role for grant in by.grants or () if grant.gives(ASK_PAYMENTS, at)]
    return held[0] if held else ""


def _lines(payment: int | None, supplier: int | None, picked: Sequence[Picked]) -> list[PaymentLine]:
    """The posted lines that were picked, each with what is paid of it."""
    if len(picked) > MOST_LINES:
        raise Invalid(lazy("%(n)s lines at most."), n=MOST_LINES)
    numbers = {one.posting for one in picked}
    there = (
        {(one.posting, one.row): one for one in queries.lines_of(Sheet.id.in_(numbers), but=payment)}
        if numbers
        else {}
    )
    if len({one[:3] for one in picked}) < len(picked):
        raise Invalid(lazy("A line was chosen twice."))
    made = []
    for one in picked:
        line = there.get((one.posting, one.row))
        if line is None or line.version != one.version or line.line.supplier_id != supplier:
            raise SheetChanged
        _check(line, one.amount)
        made.append(_line(line, one.amount))
    _check_sheets(supplier, there, made, payment)
    return made


def _check(line: OpenLine, asked: int) -> None:
    """Refuse what is more than accepted quantity times price minus what is paid or under way."""
    if 0 < asked <= line.open:
        return
    if asked <= 0:
        raise Invalid(lazy("%(item)s: please enter an amount."), field="lines", item=line.line.item)
    raise TooMuch(
        field="lines",
        item=line.line.item,
        quantity=milli_to_text(line.accepted),
        unit=line.line.unit,
        price=price_to_text(line.line.unit_price),
        owed=fen_to_text(line.owed),
        claimed=fen_to_text(line.claimed),
        open=fen_to_text(line.open),
        asked=fen_to_text(asked),
    )


def _check_sheets(
    supplier: int | None,
    there: dict[tuple[int, int], OpenLine],
    made: list[PaymentLine],
    payment: int | None,
) -> None:
    """A sheet never pays a supplier more than its lines in force come to, however they were moved."""
    days = {line.posting: line.day for line in there.values()}
    taken = queries.claims(days, but=payment)
    for number in {line.posting_id for line in made}:
        asked = sum(line.amount for line in made if line.posting_id == number)
        claimed = sum(one.line.amount for one in taken.get(number, []) if one.supplier == supplier)
        owed = queries.of_supplier(number, supplier)
        if asked + claimed > owed:
            raise TooMuchOfSheet(
                field="lines",
                day=told_day(days[number]),
                owed=fen_to_text(owed),
                claimed=fen_to_text(claimed),
                asked=fen_to_text(asked),
            )


def _line(one: OpenLine, amount: int) -> PaymentLine:
    line = one.line
    return PaymentLine(
        posting_id=one.posting,
        sheet_version=one.version,
        row=one.row,
        item=line.item,
        specification=line.specification,
        unit=line.unit,
        quantity=line.quantity,
        unit_price=line.unit_price,
        amount=amount,
    )


def _staying(old: PaymentVersion, wish: Wish) -> list[dict[str, object]]:
    return [one for one in old.vouchers if one["id"] in wish.kept]


def _keep(by: Actor, payment: Payment, made: PaymentVersion, wish: Wish) -> None:
    """Store a version with its vouchers; from now on it never changes."""
    if by.person is None:
        raise Forbidden
    if len(made.vouchers) + len(wish.vouchers) > MOST_VOUCHERS:
        raise Invalid(lazy("%(n)s vouchers at most."), field="files", n=MOST_VOUCHERS)
    known = {one["digest"] for one in made.vouchers}
    for voucher in wish.vouchers:
        one = _attach(by, payment, voucher)
        if one["digest"] not in known:
            made.vouchers = [*made.vouchers, one]
            known.add(one["digest"])
    made.hash = decisions.digest(content_of(made))
    made.written_by = by.person
    said = told(made)
    after = {name: said[name] for name in ("payee", "invoice", "purpose", "about", "amount", "budget_line")}
    after |= {"version": made.number, "hash": made.hash, "vouchers": [one["id"] for one in made.vouchers]}
    after["paid_lines"] = [f"{line.posting_id}.{line.sheet_version}.{line.row}" for line in made.lines]
    action = "payment.asked" if made.number == 1 else "payment.changed"
    made.chain_seq = record(action, payment.subject, by=by, after=after)
    payment.version = made.number
    payment.versions.append(made)
    session.flush()


def _attach(by: Actor, payment: Payment, voucher: Voucher) -> dict[str, object]:
    entry = record("payment.voucher", payment.subject, by=by, after={"file": voucher.name})
    one = attach(by=by, subject=payment.subject, entry=entry, text=voucher.name, **voucher.document._asdict())
    return {"id": one.id, "digest": one.digest}
