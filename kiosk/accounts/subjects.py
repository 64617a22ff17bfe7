"""An account as what a case is about: each remark of the congress is one, and the head answers it."""

from flask import url_for

from kiosk.accounts import queries
from kiosk.accounts.models import PeriodAccount
from kiosk.core.actor import SCHOOL
from kiosk.core.db import session
from kiosk.core.formats import whole
from kiosk.core.i18n import lazy
from kiosk.core.room import CaseSubject, Concern
from kiosk.postings.queries import period_words


def name_of(found: PeriodAccount) -> str:
    """What an account is called."""
    return f"{found.book.name} · {period_words(found.period)}"


def _find(code: str) -> Concern | None:
    found = session.get(PeriodAccount, whole(code) or 0)
    return Concern(name_of(found), SCHOOL) if found else None


def _public(code: str) -> str | None:
    found = session.get(PeriodAccount, whole(code) or 0)
    return url_for("accounts.show", number=found.id) if found and found.version else None


def _office(code: str) -> str | None:
    return url_for("office.accounts.show", number=queries.account(whole(code) or 0).id)


PERIOD_ACCOUNT = CaseSubject(label=lazy("Account of a book"), find=_find, public=_public, office=_office)
