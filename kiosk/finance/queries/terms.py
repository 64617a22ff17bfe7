"""Terms, as fees are asked for by them."""

from kiosk.core.errors import NotFound
from kiosk.core.formats import whole
from kiosk.school import queries as school
from kiosk.school.models import Term


def period_of(term: Term) -> str:
    """What postings call a term: T3."""
    return f"T{term.id}"


def shown_term(text: str | None = None) -> Term | None:
    """The term with this number, else the last that has begun, else the next; None: none is entered.

    NotFound for a number that no term has.
    """
    if text:
        number = whole(text)
        if number is None:
            raise NotFound
        return school.term(number)
    known, today = school.terms(), school.today()
    begun = [one for one in known if one.starts <= today]
    return begun[0] if begun else known[-1] if known else None


def term_before(term: Term) -> Term | None:
    """The term before another; None for the first."""
    return next((one for one in school.terms() if one.starts < term.starts), None)
