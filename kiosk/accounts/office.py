"""Books and accounts in the office: begun, looked through, laid open, corrected."""

import secrets
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.accounts import queries, services, shown
from kiosk.accounts.desk import shown_page
from kiosk.accounts.forms import BeginForm, BookForm, LayForm
from kiosk.accounts.models import OPENING, WRITING, PeriodAccount
from kiosk.accounts.permissions import SEE_ACCOUNTS, WRITE_BOOKS
from kiosk.accounts.subjects import name_of
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.formats import whole
from kiosk.core.forms import choices
from kiosk.core.i18n import _, lazy
from kiosk.core.security import requires
from kiosk.core.web import account, actor
from kiosk.postings.queries import period_words
from kiosk.school import queries as school

blueprint = Blueprint("accounts", __name__, url_prefix="/books")
USUAL = (lazy("Canteen"), lazy("School shop"), lazy("Work-study"), lazy("Agency fee money"))
"""Books that most schools keep."""
MONTHS = 14
"""So many months back can be chosen."""


@blueprint.get("/")
@requires(SEE_ACCOUNTS)
def index() -> Answer:
    """All books, each with its accounts."""
    return _index(BookForm(formdata=None))


def _index(form: BookForm) -> Answer:
    found = queries.accounts()
    books = [
        (book, [one for one in found if one.book_id == book.id]) for book in queries.books(everything=True)
    ]
    names = {book.name for book, _own in books}
    text = render_template(
        "office/accounts/index.html",
        books=books,
        form=form,
        words=period_words,
        usual=[str(one) for one in USUAL if str(one) not in names],
        audited={one.id: shown.audited(one.audits) for one in found},
        writes=account().may(WRITE_BOOKS),
        sums={one.id: queries.sums(one, None) for one in found if one.state == WRITING},
    )
    return page(text, form)


@blueprint.post("/books")
@requires(WRITE_BOOKS)
def add_book() -> Answer:
    """Add a book."""
    form = BookForm()
    if saved := save(form, lambda: services.add_book(by=actor(), name=form.name.data)):
        return done(_("%(name)s was added.", name=saved.result.name), url_for(".index"))
    return _index(form)


@blueprint.post("/books/<int:number>/end")
@requires(WRITE_BOOKS)
def end_book(number: int) -> Response:
    """Enter nothing in a book any more."""
    services.end_book(by=actor(), book=queries.book(number))
    return done(_("Nothing is entered in it any more; what is in it stays."), url_for(".index"))


@blueprint.route("/new", methods=["GET", "POST"])
@requires(WRITE_BOOKS)
def begin() -> Answer:
    """Begin the account of a month or term; ?book= chooses the book."""
    books = queries.books()
    chosen = next((one for one in books if str(one.id) == request.args.get("book")), None)
    last = chosen.accounts[-1] if chosen and chosen.accounts else None
    data = {
        "book": str(chosen.id) if chosen else "",
        "opening": OPENING.plain(last.now.closing) if last and last.now else "",
        "period": _next(last),
        "sent": secrets.token_urlsafe(16),
    }
    form = BeginForm(data=data)
    form.book.choices = choices((str(one.id), one.name) for one in books)
    form.period.choices = choices(_periods())
    if saved := save(form, lambda: _begin(form)):
        return done(_("Begun. Draw payments in, import a file, or write vouchers."), _at(saved.result))
    return page(render_template("office/accounts/begin.html", form=form, last=last, name=name_of), form)


def _next(last: PeriodAccount | None) -> str:
    """The month after the last account; without one the month that is over."""
    known = [code for code, _label in _periods()]
    if last and last.period in known and known.index(last.period) > 0:
        return known[known.index(last.period) - 1]
    return known[1] if len(known) > 1 else ""


def _periods() -> list[tuple[str, str]]:
    """The months and terms that can be chosen, the latest first."""
    day, months = school.today(), []
    number = day.year * 12 + day.month - 1
    for one in range(number, number - MONTHS, -1):
        months.append(f"{one // 12:04}-{one % 12 + 1:02}")
    terms = [f"T{one.id}" for one in school.terms() if one.starts <= day]
    return [(code, period_words(code)) for code in (*months, *terms)]


def _begin(form: BeginForm) -> PeriodAccount:
    return services.begin(
        by=actor(),
        sent=form.sent.data or secrets.token_urlsafe(16),
        book=queries.book(whole(form.book.data) or 0),
        period=form.period.data,
        opening=OPENING.read(form.opening.data) or 0,
    )


def _at(found: PeriodAccount) -> str:
    return url_for("office.accounts.show", number=found.id)


@blueprint.get("/<int:number>")
@requires(SEE_ACCOUNTS)
def show(number: int) -> Answer:
    """An account: sums, vouchers page by page, and what is to be done next."""
    return shown_page(queries.account(number))


@blueprint.route("/<int:number>/lay", methods=["GET", "POST"])
@requires(WRITE_BOOKS)
def lay(number: int) -> Answer:
    """Look once more, then lay the account open."""
    found = queries.account(number)
    made = services.laid(queries.vouchers(found, queries.in_view(found)))
    form = LayForm(data={"seen": made.root})
    if save(form, lambda: _lay(found, form)):
        return done(_("Laid open. Everybody reads it now; the congress can audit it."), _at(found))
    text = render_template(
        "office/accounts/lay.html",
        form=form,
        account=found,
        name=name_of(found),
        made=made,
        closing=found.opening + made.income - made.spending,
    )
    return page(text, form)


def _lay(found: PeriodAccount, form: LayForm) -> Any:
    return services.lay(by=actor(), account=found, seen=form.seen.data or "", reason=form.reason.data or "")


@blueprint.post("/<int:number>/correct")
@requires(WRITE_BOOKS)
def correct(number: int) -> Response:
    """Begin a correction."""
    found = queries.account(number)
    services.correct(by=actor(), account=found)
    return done(
        _("Correct it, then lay it open again with a reason. Until then the old version stands."), _at(found)
    )


@blueprint.post("/<int:number>/give-up")
@requires(WRITE_BOOKS)
def give_up(number: int) -> Response:
    """Give a correction up."""
    found = queries.account(number)
    services.give_up(by=actor(), account=found)
    return done(_("Given up. The version that was laid open stays as it was."), _at(found))
