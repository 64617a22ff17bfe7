"""Vouchers of an account in the office: written, taken out, drawn from payments, brought in from a file."""

from pathlib import PurePath
from typing import Any

from flask import Blueprint, Response, g, render_template, request, url_for

from kiosk.accounts import queries, services
from kiosk.accounts.desk import shown_page
from kiosk.accounts.forms import AttachForm, FileForm, VoucherForm
from kiosk.accounts.models import AMOUNT, DAY, PAYEES, SIDES, AccountVoucher, PeriodAccount
from kiosk.accounts.permissions import SEE_ACCOUNTS, WRITE_BOOKS
from kiosk.accounts.reading import Reading, read
from kiosk.accounts.services import Slip
from kiosk.accounts.subjects import name_of
from kiosk.attachments.queries import attachment, attachments
from kiosk.core import downloads, tabular, uploads
from kiosk.core.documents import MOST_BYTES, SUFFIXES, Document, recognised
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.errors import Invalid, NotFound
from kiosk.core.formats import whole
from kiosk.core.forms import Form
from kiosk.core.i18n import _, lazy, ngettext
from kiosk.core.security import requires
from kiosk.core.tables import MOST_PACKED, UnreadableFile
from kiosk.core.web import account, actor, takes_files
from kiosk.core.web.navigation import below

blueprint = Blueprint("vouchers", __name__, url_prefix="/books")
blueprint.before_request(below("office.accounts.index"))
MOST_AT_ONCE = 3 * MOST_BYTES
MOST_SHOWN = 200
"""Vouchers that the preview shows; the others are counted."""


def _at(found: PeriodAccount, **more: Any) -> str:
    return url_for("office.accounts.show", number=found.id, **more)


@blueprint.post("/<int:number>/vouchers")
@requires(WRITE_BOOKS)
def add(number: int) -> Answer:
    """Write a voucher."""
    found, form = queries.account(number), VoucherForm()
    if saved := save(form, lambda: services.add(by=actor(), account=found, slip=_slip(form))):
        return done(
            _("Voucher %(number)s was written.", number=saved.result.number), _at(found, _anchor="write")
        )
    return shown_page(found, voucher_form=form)


def _slip(form: VoucherForm) -> Slip:
    day = DAY.read(form.day.data)
    assert day
    return Slip(
        number=form.number.data or "",
        day=day,
        side=form.side.data,
        purpose=form.purpose.data or "",
        amount=AMOUNT.read(form.amount.data) or 0,
        payee=form.payee.data,
    )


@blueprint.post("/<int:number>/vouchers/<int:voucher>/remove")
@requires(WRITE_BOOKS)
def remove(number: int, voucher: int) -> Answer:
    """Take a voucher out."""
    found = queries.account(number)
    one = queries.voucher(voucher, found)
    services.remove(by=actor(), account=found, voucher=one)
    return done(_("Voucher %(number)s was taken out.", number=one.number), _at(found))


@blueprint.post("/<int:number>/draw")
@requires(WRITE_BOOKS)
def draw(number: int) -> Answer:
    """Make vouchers of the payments that are ticked."""
    found, form = queries.account(number), Form()
    wanted = [one for text in request.form.getlist("payment") if (one := whole(text)) is not None]
    if saved := save(form, lambda: services.draw(by=actor(), account=found, payments=wanted)):
        message = ngettext(
            "%(num)s payment is a voucher now.", "%(num)s payments are vouchers now.", len(saved.result)
        )
        return done(message, _at(found))
    return shown_page(found, draw_form=form)


@blueprint.post("/<int:number>/file")
@requires(WRITE_BOOKS)
def bring(number: int) -> Answer:
    """Take a file; what it would bring in is shown next."""
    found, form = queries.account(number), FileForm()
    if saved := save(form, lambda: _waiting(form)):
        digest, name = saved.result
        address = url_for(".preview", number=number, digest=digest, name=name)
        return done(_("Nothing is stored yet: please look, then confirm."), address)
    return shown_page(found, file_form=form)


def _waiting(form: FileForm) -> tuple[str, str]:
    """Where the file waits, by its hash, and its name."""
    file = form.file.data
    data = file.stream.read(MOST_PACKED + 1) if file else b""
    if not data:
        raise Invalid(lazy("Please choose a file."), field="file")
    try:
        tabular.read(data, file.filename or "")
    except UnreadableFile as problem:
        raise Invalid(str(problem), field="file") from problem
    return uploads.wait(data), PurePath((file.filename or "").replace("\\", "/")).name[:80]


@blueprint.route("/<int:number>/file/<digest>", methods=["GET", "POST"])
@requires(WRITE_BOOKS)
def preview(number: int, digest: str) -> Answer:
    """What a file would bring in, row by row, and what is wrong; one click brings it in, all or nothing."""
    found, form, name = queries.account(number), Form(), request.args.get("name", "")[:80]
    problem, made = "", Reading()
    try:
        made = _read(found, digest, name)
    except Invalid as wrong:
        problem = str(wrong)
    if not problem and save(form, lambda: _bring_in(found, made, digest, name)):
        message = ngettext(
            "%(num)s voucher was imported.", "%(num)s vouchers were imported.", len(made.slips)
        )
        return done(message, _at(found))
    text = render_template(
        "office/accounts/preview.html",
        account=found,
        name=name_of(found),
        form=form,
        file_name=name,
        problem=problem,
        made=made,
        lines=list(zip(made.rows, made.slips, strict=True))[:MOST_SHOWN],
        before=queries.brought(found.book_id, digest),
        sides=SIDES,
        payees=PAYEES,
    )
    return text, 422 if problem or form.errors else 200


def _read(found: PeriodAccount, digest: str, name: str) -> Reading:
    data = uploads.waiting(digest)
    if data is None:
        raise NotFound(lazy("The file is not kept any more. Please bring it once more."))
    return read(found, tabular.read(data, name))


def _bring_in(found: PeriodAccount, made: Reading, digest: str, name: str) -> Any:
    before = queries.brought(found.book_id, digest)
    if made.problems and before is None:
        raise Invalid(lazy("Please correct the file first: nothing of it is imported before."))
    return services.bring_in(by=actor(), account=found, digest=digest, file_name=name, slips=made.slips)


@blueprint.post("/<int:number>/imports/<int:brought>/take-back")
@requires(WRITE_BOOKS)
def take_back(number: int, brought: int) -> Answer:
    """Take the vouchers of a file out again."""
    found = queries.account(number)
    one = next((one for one in queries.imports(found) if one.id == brought), None)
    if one is None:
        raise NotFound
    taken = services.take_back(by=actor(), account=found, brought=one)
    message = ngettext("%(num)s voucher was taken out.", "%(num)s vouchers were taken out.", taken)
    return done(message, _at(found))


def _files() -> None:
    """Look at what a form brings before the transaction begins."""
    g.documents, g.wrong = [], None
    for one in request.files.getlist("files"):
        if one.filename:
            name = PurePath(one.filename.replace("\\", "/")).stem[:60].strip() or "凭证"
            try:
                g.documents.append((name, recognised(one.read(MOST_BYTES + 1))))
            except Invalid as problem:
                g.wrong = name, str(problem)


@blueprint.route("/<int:number>/vouchers/<int:voucher>", methods=["GET", "POST"])
@requires(SEE_ACCOUNTS)
@takes_files(_files, MOST_AT_ONCE + 2**20)
def show(number: int, voucher: int) -> Answer:
    """A voucher with its attachments; the accountant attaches more."""
    found = queries.account(number)
    one, form = queries.voucher(voucher, found), AttachForm()
    if save(form, lambda: _attach(found, one)):
        return done(_("Attached."), url_for(".show", number=number, voucher=voucher))
    text = render_template(
        "office/accounts/voucher.html",
        account=found,
        name=name_of(found),
        voucher=one,
        files=attachments(f"account_voucher:{one.id}"),
        form=form if account().may(WRITE_BOOKS) else None,
        sides=SIDES,
        payees=PAYEES,
    )
    return page(text, form)


def _attach(found: PeriodAccount, one: AccountVoucher) -> None:
    if g.wrong:
        name, why = g.wrong
        raise Invalid(lazy("%(name)s was not attached: %(why)s"), field="files", name=name, why=why)
    brought: list[tuple[str, Document]] = g.documents
    if not brought:
        raise Invalid(lazy("Please choose a file."), field="files")
    for name, document in brought:
        services.keep_file(by=actor(), account=found, voucher=one, name=name, document=document)


@blueprint.get("/<int:number>/vouchers/<int:voucher>/files/<int:file>")
@requires(SEE_ACCOUNTS)
def file(number: int, voucher: int, file: int) -> Response:
    """An attachment of a voucher."""
    one = queries.voucher(voucher, queries.account(number))
    row, data = attachment(file, f"account_voucher:{one.id}")
    return downloads.answer(data, row.media_type, f"voucher-{row.id}.{SUFFIXES[row.media_type]}")
