"""The page of an account in the office, which several doors show again with the form that came back."""

from typing import Any

from flask import render_template, request

from kiosk.accounts import queries, shown
from kiosk.accounts.forms import VoucherForm
from kiosk.accounts.models import PAYEES, SIDES, WRITING, PeriodAccount
from kiosk.accounts.permissions import WRITE_BOOKS
from kiosk.accounts.subjects import name_of
from kiosk.attachments import queries as attachments
from kiosk.core.edit import Answer, page
from kiosk.core.formats import whole
from kiosk.core.web import account
from kiosk.payments.models import PURPOSES
from kiosk.school import queries as school


def shown_page(found: PeriodAccount, **forms: Any) -> Answer:
    """The page of an account, with the forms that came back."""
    version = queries.in_view(found)
    sums = queries.sums(found, version)
    pages = max(1, -(-sums.number // queries.PAGE))
    number = min(max(1, whole(request.args.get("page")) or 1), pages)
    wanted = request.args.get("number", "").strip()[:40]
    vouchers = queries.vouchers(found, version, page=1 if wanted else number, number=wanted)
    writes = account().may(WRITE_BOOKS)
    writing = writes and found.state == WRITING
    forms = {"voucher_form": VoucherForm(formdata=None, data=_start(found)) if writing else None, **forms}
    text = render_template(
        "office/accounts/show.html",
        account=found,
        name=name_of(found),
        sums=sums,
        closing=found.opening + sums.income - sums.spending,
        page=number,
        pages=pages,
        wanted=wanted,
        vouchers=vouchers,
        files={one.id: attachments.attachments(f"account_voucher:{one.id}") for one in vouchers},
        writes=writes,
        writing=writing,
        drawable=queries.drawable(found) if writing else ([], 0),
        imports=queries.imports(found) if writing else [],
        audited=shown.audited(found.audits),
        running=queries.open_audit(found.id),
        sides=SIDES,
        payees=PAYEES,
        purposes=PURPOSES,
        is_over=found.ends <= school.today(),
        **forms,
    )
    return page(text, *(one for one in forms.values() if one is not None))


def _start(found: PeriodAccount) -> dict[str, str]:
    return {"day": min(found.ends, school.today()).isoformat(), "side": "spending", "payee": "supplier"}
