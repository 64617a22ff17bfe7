"""Voices of other rooms in cases: which are in one already, and since when voices open cases."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from kiosk.cases.models import Case, CaseVoice
from kiosk.core.db import session
from kiosk.school.queries import in_use

SEVERAL = 500


class Taken(NamedTuple):
    """That a voice is in a case: its number and kind."""

    case: int
    kind: str


def used_since() -> date | None:
    """The day from which on voices open cases; None while the school does not use cases."""
    return in_use().get("cases")


def taken(references: Iterable[str]) -> dict[str, Taken]:
    """Those of the voices that are in a case."""
    wanted, found = list(references), {}
    for start in range(0, len(wanted), SEVERAL):
        query = select(CaseVoice.reference, Case.id, Case.kind).join(Case, Case.id == CaseVoice.case_id)
        query = query.where(CaseVoice.reference.in_(wanted[start : start + SEVERAL]))
        found.update({reference: Taken(number, kind) for reference, number, kind in session.execute(query)})
    return found


def references_of(case: Case) -> set[str]:
    """The voices of a case."""
    return set(session.scalars(select(CaseVoice.reference).where(CaseVoice.case_id == case.id)))
