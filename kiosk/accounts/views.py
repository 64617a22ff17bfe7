"""Accounts as everybody reads them: by book and period, with vouchers and findings; a year of all."""

from datetime import date

from flask import Blueprint, render_template, request

from kiosk.accounts import queries, shown
from kiosk.accounts.models import PAYEES, SIDES, AccountVersion, PeriodAccount
from kiosk.accounts.subjects import name_of
from kiosk.core.errors import NotFound
from kiosk.core.formats import whole
from kiosk.postings.queries import period_words
from kiosk.school import queries as school

blueprint = Blueprint("accounts", __name__, url_prefix="/accounts")


@blueprint.get("/")
def index() -> str:
    """Every account that is laid open, by book, and the sessions to come."""
    found = queries.accounts(PeriodAccount.version > 0)
    books = [(book, own) for book in queries.books(everything=True) if (own := _of(found, book.id))]
    return render_template(
        "accounts/index.html",
        books=books,
        audited={one.id: shown.audited(one.audits) for one in found},
        sessions=queries.meetings(sitting=True),
        years=queries.years(),
        words=period_words,
        name=name_of,
    )


def _of(found: list[PeriodAccount], book: int) -> list[PeriodAccount]:
    return [one for one in found if one.book_id == book]


@blueprint.get("/<int:number>")
def show(number: int) -> str:
    """An account: sums, a page of its vouchers, what the congress drew and found, what became of it."""
    found = queries.laid(number)
    version = _version(found)
    page = min(max(1, whole(request.args.get("page")) or 1), _pages(version.vouchers))
    wanted = request.args.get("number", "").strip()[:40]
    return render_template(
        "accounts/show.html",
        account=found,
        name=name_of(found),
        version=version,
        page=page,
        pages=_pages(version.vouchers),
        wanted=wanted,
        vouchers=queries.vouchers(found, version.number, page=1 if wanted else page, number=wanted),
        sums=queries.by_payee(found, version.number),
        audited=shown.audited(found.audits),
        running=queries.open_audit(number),
        sides=SIDES,
        payees=PAYEES,
    )


def _version(found: PeriodAccount) -> AccountVersion:
    """The version of ?version=, else the one in force."""
    wanted = whole(request.args.get("version")) or found.version
    one = next((one for one in found.versions if one.number == wanted), None)
    if one is None:
        raise NotFound
    return one


def _pages(number: int) -> int:
    return max(1, -(-number // queries.PAGE))


@blueprint.get("/years/<int:year>")
def of_year(year: int) -> str:
    """A year for the closing assembly: every period, its finding, and what became of the remarks."""
    return _year(year, "accounts/year.html")


@blueprint.get("/years/<int:year>/poster")
def poster(year: int) -> str:
    """The same to be printed and hung up."""
    return _year(year, "accounts/poster.html")


def _year(year: int, template: str) -> str:
    if year not in queries.years():
        raise NotFound
    return render_template(
        template,
        year=year,
        found=shown.of_year(year),
        assembly=queries.year(year),
        today=school.today(),
        words=period_words,
        size="a4",
        first=date(year, 1, 1),
        years=queries.years(),
    )
