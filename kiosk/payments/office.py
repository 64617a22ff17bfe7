"""Payments in the office: what waits for whom, asking, one payment, paying, entering."""

import secrets
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from kiosk.attachments.queries import attachment, named
from kiosk.catalogue import queries as catalogue
from kiosk.core import downloads
from kiosk.core.actor import SCHOOL
from kiosk.core.documents import SUFFIXES
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.errors import Forbidden, Invalid, NotFound
from kiosk.core.field import Money
from kiosk.core.formats import whole
from kiosk.core.i18n import _, lazy
from kiosk.core.security import SOMEWHERE, requires
from kiosk.core.web import account, actor
from kiosk.payments import queries, services
from kiosk.payments.forms import AskForm, EnterForm, PayForm, TakeBackForm
from kiosk.payments.models import (
    AMOUNT,
    APPROVED,
    DAY,
    ENTERED,
    FOOD,
    PAID,
    PURPOSES,
    REQUESTED,
    RETURNED,
    UNDER_WAY,
    WAYS,
    WITHDRAWN,
    Payment,
)
from kiosk.payments.permissions import (
    ASK_PAYMENTS,
    ENTER_PAYMENTS,
    PAY,
    SEE_PAYMENTS,
    SEE_REFERENCES,
)
from kiosk.payments.queries import OpenLine
from kiosk.payments.services import Picked, Wish
from kiosk.payments.shown import beside_last
from kiosk.payments.vouchers import along, brought
from kiosk.persons import queries as persons
from kiosk.school import queries as school
from kiosk.steps import queries as steps

blueprint = Blueprint("payments", __name__, url_prefix="/payments")
MARKET, OTHER = "market", "other"
"""Of whom is asked: what was bought without a supplier, and what has no purchase lines at all."""
MOST = 60


@blueprint.get("/")
@requires(SEE_PAYMENTS)
def index() -> str:
    """What waits for approval, for the cashier, for the books, and what is done."""
    exceeding = {number for one in queries.excesses() for number in one.payments}
    return render_template(
        "office/payments/index.html",
        groups=[
            (APPROVED, _("To pay"), queries.payments((APPROVED,))),
            (PAID, _("To enter in the books"), queries.payments((PAID,))),
            (REQUESTED, _("Waiting for approval, or sent back"), queries.payments((REQUESTED, RETURNED))),
        ],
        finished=queries.payments((ENTERED, WITHDRAWN), most=MOST, newest=True),
        exceeding=exceeding,
        asks=account().may_somewhere(ASK_PAYMENTS),
        may={APPROVED: account().may(PAY), PAID: account().may(ENTER_PAYMENTS)},
        purposes=PURPOSES,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(ASK_PAYMENTS, SOMEWHERE)
@along
def ask() -> Answer:
    """Ask for a payment: first whom, then which lines."""
    of = request.args.get("of", "")
    if not of:
        return render_template(
            "office/payments/whom.html", found=queries.creditors(), returned=_returned()
        ), 200
    supplier, lines = _offered(of)
    form = _form(supplier, lines)
    if request.method != "POST":
        form.sent.data = secrets.token_urlsafe(16)
    if saved := save(form, lambda: _ask(form, supplier, lines)):
        return done(_("Asked for. It waits for approval now."), url_for(".show", number=saved.result.id))
    return page(_asking(form, supplier, lines, of=of), form)


def _returned(supplier: int | None = None) -> list[Payment]:
    """What was sent back and still holds its lines: of a supplier, or all."""
    known = [one for one in queries.payments((RETURNED,)) if one.now.lines]
    return [one for one in known if supplier in (None, one.now.supplier_id)]


def _offered(of: str, but: int | None = None) -> tuple[Any, list[OpenLine]]:
    """Who is paid, and the lines that can be; None and nothing for what has no lines."""
    if of == OTHER:
        return None, []
    if of == MARKET:
        return None, queries.open_lines(None, but=but)
    supplier = catalogue.supplier(whole(of) or 0)
    return supplier, queries.open_lines(supplier.id, but=but)


def _form(supplier: Any, lines: list[OpenLine], **data: Any) -> AskForm:
    form = AskForm(data={"purpose": FOOD if lines else "energy", **data})
    form.offer(services.budget_lines())
    if supplier is not None:
        form.payee.data = form.payee.raw_data = supplier.name
        form.payee.raw_data = [supplier.name]
    if lines:
        form.purpose.data = FOOD
    return form


def _asking(form: AskForm, supplier: Any, lines: list[OpenLine], **more: Any) -> str:
    """The form, with each line ticked and filled as it was typed, or in full."""
    chosen: dict[str, str] = more.pop("chosen", {})
    if request.method == "POST":
        chosen = {key: request.form.get(f"amount-{key}", "") for key in request.form.getlist("line")}
    elif not chosen and not more.get("payment"):
        chosen = {one.key: AMOUNT.plain(one.open) for one in lines}
    positions = services.budget_lines()
    return render_template(
        "office/payments/ask.html",
        form=form,
        supplier=supplier,
        lines=lines,
        chosen=chosen,
        committed=services.are_committed(lines),
        positions=positions,
        left={str(one.line): one.can_give for one in positions},
        plain=AMOUNT.plain,
        returned=_returned(supplier.id) if supplier and not more.get("payment") else [],
        total=_total(chosen),
        **{"payment": None, "kept": [], **more},
    )


def _total(chosen: dict[str, str]) -> int:
    total = 0
    for text in chosen.values():
        try:
            total += AMOUNT.read(text) or 0
        except Invalid:
            continue
    return total


def _ask(form: AskForm, supplier: Any, lines: list[OpenLine]) -> Payment:
    sent = form.sent.data or secrets.token_urlsafe(16)
    return services.ask(by=actor(), sent=sent, wish=_wish(form, supplier, lines))


def _wish(form: AskForm, supplier: Any, lines: list[OpenLine]) -> Wish:
    picked = _picked()
    if lines and not picked:
        raise Invalid(lazy("Please tick at least one line."), field="lines")
    return Wish(
        supplier=supplier.id if supplier is not None else None,
        payee=form.payee.data or "",
        invoice=form.invoice.data or "",
        purpose=form.purpose.data,
        about=form.about.data or "",
        amount=AMOUNT.read(form.amount.data),
        lines=picked,
        vouchers=brought(),
        kept=[number for text in request.form.getlist("voucher") if (number := whole(text))],
        budget_line=whole(form.budget_line.data),
    )


def _picked() -> list[Picked]:
    """The lines that are ticked, each with its amount. Invalid for an amount that is none."""
    found = []
    for key in request.form.getlist("line"):
        numbers = tuple(whole(part) or 0 for part in key.split("-"))
        if len(numbers) != 3:
            raise NotFound
        posting, version, row = numbers
        typed = Money(name="lines", label=AMOUNT.label).read(request.form.get(f"amount-{key}"))
        found.append(Picked(posting, version, row, typed or 0))
    return found


@blueprint.route("/<int:number>/edit", methods=["GET", "POST"])
@requires(ASK_PAYMENTS, SOMEWHERE)
@along
def edit(number: int) -> Answer:
    """Change what was asked for: signatures so far are void then."""
    found = queries.payment(number)
    if found.state not in (REQUESTED, RETURNED):
        raise services.Changed(number=number, state=found.label)
    now = found.now
    of = str(now.supplier_id) if now.supplier_id and now.lines else MARKET if now.lines else OTHER
    supplier, lines = _offered(of, but=number)
    data = {name: getattr(now, name) for name in ("payee", "invoice", "purpose", "about")}
    line = str(now.budget_line or "")
    form = _form(
        supplier, lines, **data, amount=AMOUNT.plain(now.amount), budget_line=line, version=now.number
    )
    if saved := save(form, lambda: _change(form, found, supplier, lines)):
        return done(
            _("Changed. It begins again at the first level."), url_for(".show", number=saved.result.id)
        )
    kept = list(named(one["id"] for one in now.vouchers).values())
    return page(_asking(form, supplier, lines, of=of, payment=found, kept=kept, chosen=_chosen(found)), form)


def _chosen(found: Payment) -> dict[str, str]:
    """The lines that a payment takes by now, each with its amount, by their keys."""
    sheets = {line.posting_id for line in found.now.lines}
    versions = queries.in_force(sheets)
    taken = queries.claims(sheets)
    return {
        f"{posting}-{versions[posting]}-{one.row}": AMOUNT.plain(one.line.amount)
        for posting, those in taken.items()
        for one in those
        if one.payment == found.id and posting in versions
    }


def _change(form: AskForm, found: Payment, supplier: Any, lines: list[OpenLine]) -> Payment:
    seen = whole(form.version.data) or 0
    return services.change(by=actor(), payment=found, seen=seen, wish=_wish(form, supplier, lines))


@blueprint.get("/<int:number>")
@requires(SEE_PAYMENTS)
def show(number: int) -> Answer:
    """A payment: its way, what it pays, and what is to be done."""
    return _page(queries.payment(number))


def _page(found: Payment, **forms: Any) -> Answer:
    approval = queries.approval_of(found)
    forms = {**_forms(found), **forms}
    voice = found.state == REQUESTED and steps.voice_for(
        steps.levels_of(approval)[approval.level - 1], approval, steps.voices(actor())
    )
    sees = account().may(SEE_REFERENCES) or _is_own(found)
    text = render_template(
        "office/payments/show.html",
        payment=found,
        now=found.now,
        stations=queries.stations(found),
        approval=approval,
        decides=bool(voice),
        lines=beside_last(found),
        exceeding=[one for one in queries.excesses({line.posting_id for line in found.now.lines})],
        warning=services.warning,
        vouchers=list(named(one["id"] for one in found.now.vouchers).values()) if sees else [],
        number_of_vouchers=len(found.now.vouchers),
        private=queries.private(found.steps) if account().may(SEE_REFERENCES) else {},
        may_change=_may_change(found),
        in_chain=persons.is_among(actor().person, steps.people_in(approval)),
        ways=WAYS,
        purposes=PURPOSES,
        line=services.budget_line_of(found),
        **forms,
    )
    return page(text, *(one for one in forms.values() if one is not None))


def _is_own(found: Payment) -> bool:
    return persons.is_among(actor().person, [one.written_by for one in found.versions])


def _may_change(found: Payment) -> bool:
    at = steps.place_of(queries.approval_of(found))
    return found.state in UNDER_WAY and actor().may(ASK_PAYMENTS, at)


def _forms(found: Payment) -> dict[str, Any]:
    """What can be done about it now by whom looks."""
    today, seen = school.today().isoformat(), found.now.hash
    pays = found.state == APPROVED and account().may(PAY)
    enters = found.state == PAID and account().may(ENTER_PAYMENTS)
    return {
        "pay_form": PayForm(formdata=None, data={"day": today, "seen": seen}) if pays else None,
        "enter_form": EnterForm(formdata=None, data={"seen": seen}) if enters else None,
        "back_form": TakeBackForm(formdata=None) if _may_change(found) else None,
    }


@blueprint.post("/<int:number>/pay")
@requires(PAY)
def pay(number: int) -> Answer:
    """Note that it was paid; then the next that is to be paid."""
    found, form = queries.payment(number), PayForm()
    if save(form, lambda: _pay(found, form)):
        waiting = queries.payments((APPROVED,), most=1)
        after = url_for(".show", number=waiting[0].id) if waiting else url_for(".index")
        return done(_("Payment no. %(number)s is noted as paid.", number=number), after)
    return _page(found, pay_form=form)


def _pay(found: Payment, form: PayForm) -> Any:
    return services.pay(
        by=actor(),
        payment=found,
        seen=form.seen.data or "",
        day=DAY.read(form.day.data),
        way=form.way.data,
        reference=form.reference.data or "",
    )


@blueprint.post("/<int:number>/enter")
@requires(ENTER_PAYMENTS)
def enter(number: int) -> Answer:
    """Note under which number it stands in the books; then the next."""
    found, form = queries.payment(number), EnterForm()
    if save(form, lambda: _enter(found, form)):
        waiting = queries.payments((PAID,), most=1)
        after = url_for(".show", number=waiting[0].id) if waiting else url_for(".index")
        return done(_("Payment no. %(number)s is entered in the books.", number=number), after)
    return _page(found, enter_form=form)


def _enter(found: Payment, form: EnterForm) -> Any:
    return services.enter(by=actor(), payment=found, seen=form.seen.data or "", booked=form.booked.data or "")


@blueprint.post("/<int:number>/take-back")
@requires(ASK_PAYMENTS, SOMEWHERE)
def take_back(number: int) -> Answer:
    """Take a request back before it is paid."""
    found, form = queries.payment(number), TakeBackForm()
    if save(form, lambda: services.take_back(by=actor(), payment=found, reason=form.reason.data or "")):
        return done(_("Taken back. Its lines can be asked for again."), url_for(".index"))
    return _page(found, back_form=form)


@blueprint.get("/<int:number>/vouchers/<int:voucher>")
@requires(SEE_PAYMENTS)
def voucher(number: int, voucher: int) -> Response:
    """A voucher, for who handles money, who asked, and who decides about it."""
    found = queries.payment(number)
    decides = steps.may_see(actor(), queries.approval_of(found))
    if not (actor().may(SEE_REFERENCES, SCHOOL) or _is_own(found) or decides):
        raise Forbidden
    one, data = attachment(voucher, found.subject)
    return downloads.answer(data, one.media_type, f"voucher-{one.id}.{SUFFIXES[one.media_type]}")
