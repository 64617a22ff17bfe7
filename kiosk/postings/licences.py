"""Licences that end: which suppliers have one that is over or will soon be, and whose it is to see to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import url_for

from kiosk.auth.queries import is_work_of
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.duty import ALERT, WARN, Duties, Duty
from kiosk.core.field import Until
from kiosk.core.filters import day as day_words
from kiosk.core.i18n import _, listed
from kiosk.postings import queries
from kiosk.postings.kinds.suppliers import SUPPLIERS
from kiosk.postings.permissions import VIEW_POSTINGS
from kiosk.postings.queries import Declared, Posted
from kiosk.postings.queries.rhythms import LAST_MOMENT
from kiosk.school import queries as school

AHEAD = timedelta(days=30)
"""So long before it ends a licence is told."""
ENDED, SOON = "ended", "soon"


def state(one: Declared, value: Any) -> str:
    """Whether what is valid until a day is over (ENDED), will be within 30 days (SOON), or neither ("")."""
    if not isinstance(one, Until) or not value:
        return ""
    today, last = school.today(), date.fromisoformat(value)
    return ENDED if last < today else SOON if last - today <= AHEAD else ""


@dataclass(frozen=True)
class Ending:
    """A supplier in a line, its licences that are over or soon will be, and when the first one ends."""

    line: int
    supplier: str
    licences: list[str]
    first: date


def endings(posted: Posted) -> list[Ending]:
    """Of what is posted the suppliers with such licences, the first to end first."""
    found = []
    for line, row in enumerate(posted.in_force.rows, 1):
        ends = [(row[one.name], one) for one in posted.kind.columns if state(one, row.get(one.name))]
        if ends:
            first = date.fromisoformat(min(day for day, _one in ends))
            found.append(Ending(line, row["supplier"], [_named(posted, one) for _day, one in ends], first))
    return sorted(found, key=lambda one: one.first)


def _named(posted: Posted, until: Declared) -> str:
    """What a licence is called: its column stands before that of its end."""
    names = [one.name for one in posted.kind.columns]
    return str(posted.kind.columns[names.index(until.name) - 1].label)


def in_force() -> Posted | None:
    """The list of suppliers that was posted last, if the school uses that kind."""
    if SUPPLIERS not in queries.declared_kinds():
        return None
    found, _more = queries.listed_postings([SUPPLIERS], size=20)
    return next((one for one in found if not one.posting.withdrawal), None)


def licences(who: Actor) -> Iterator[Duty]:
    """Each supplier with a licence that is over, or will be within 30 days."""
    posted = in_force() if SUPPLIERS.may(SUPPLIERS.drafts, who, SCHOOL) else None
    for one in endings(posted) if posted else ():
        assert posted
        is_over = one.first < school.today()
        said = {"what": listed(one.licences), "supplier": one.supplier, "day": day_words(one.first, "date")}
        yield Duty(
            f"{posted.posting.id}-{one.line}",
            ALERT if is_over else WARN,
            _("%(supplier)s: %(what)s ended on %(day)s", **said)
            if is_over
            else _("%(supplier)s: %(what)s ends on %(day)s", **said),
            url_for("office.postings.posting", number=posted.posting.id),
            detail=str(posted.answers),
            due=datetime.combine(one.first, LAST_MOMENT, school.zone()),
            mine=is_work_of(who, SUPPLIERS.drafts, SCHOOL),
        )


DUTIES = (Duties("licence", VIEW_POSTINGS, licences),)
