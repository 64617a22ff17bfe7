"""What pages show of an account: its audits with their remarks, what became of each, and a year of all."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from kiosk.accounts import queries
from kiosk.accounts.models import AccountVersion, CongressAudit, CongressTick, PeriodAccount
from kiosk.accounts.subjects import name_of
from kiosk.cases import queries as cases
from kiosk.cases.models import Case
from kiosk.core.db import session
from kiosk.postings.models import Posting


class Remark(NamedTuple):
    """What was remarked of a voucher, its case, and the answer that everybody reads."""

    tick: CongressTick
    case: Case | None
    answer: str


class Audited(NamedTuple):
    """An audit, with its remarks."""

    audit: CongressAudit
    remarks: list[Remark]


class InYear(NamedTuple):
    """An account of a year: what is in force, and its last finding."""

    account: PeriodAccount
    version: AccountVersion
    last: Audited | None


def audited(audits: Iterable[CongressAudit]) -> list[Audited]:
    """Audits with a finding, the newest first, with what became of their remarks."""
    found = [one for one in audits if one.finding]
    return [Audited(one, remarks(one)) for one in sorted(found, key=lambda one: -one.id)]


def remarks(audit: CongressAudit) -> list[Remark]:
    """The remarks of an audit, and what became of each."""
    made = []
    for one in audit.remarks:
        case = session.get(Case, one.case_id) if one.case_id else None
        answer = cases.words(case, cases.written(case.steps)).answer if case else ""
        made.append(Remark(one, case, answer))
    return made


def of_year(number: int) -> list[InYear]:
    """All accounts of a year that everybody can read."""
    found = []
    for one in queries.of_year(number):
        assert one.now
        last = audited(one.audits)
        found.append(InYear(one, one.now, last[0] if last else None))
    return found


def of_posting(posting: Posting) -> dict[str, Any]:
    """Below a posted account: where its vouchers stand, and what became of the remarks."""
    audit = queries.audit_of_posting(posting.id)
    if audit is None:
        return {"audit": None}
    return {"audit": audit, "remarks": remarks(audit), "account": audit.account}


def on_board(_day: date) -> dict[str, Any]:
    """The last accounts that everybody can read, and how each was found."""
    found = queries.accounts(PeriodAccount.version > 0)[:AT_SIGHT]
    return {"found": [(one, _last_finding(one)) for one in found], "years": queries.years()[:1]}


def _last_finding(one: PeriodAccount) -> Any:
    return next((audit.label for audit in reversed(one.audits) if audit.finding), "")


def data() -> dict[str, Any]:
    """The accounts whose vouchers can be had as data."""
    return {"accounts": queries.accounts(PeriodAccount.version > 0), "name": name_of}


AT_SIGHT = 3
"""So many stand on the board; the others are one tap away."""
