"""Reads of checklists: each with the version that is gone through from now on."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.core.i18n import Text, lazy
from kiosk.core.security import Permission
from kiosk.inspections.models import Checklist, ChecklistVersion
from kiosk.inspections.permissions import PLAN_ROUNDS


@dataclass(frozen=True)
class Use:
    """What lists are for: its code, what it is called, and the right that it takes to set its lists.

    A room above has one of its own, and fills its lists through `services.fill`.
    """

    code: str
    label: Text
    sets: Permission


ROUND = Use("round", lazy("Round"), PLAN_ROUNDS)


def checklists(use: Use, subject: str | None = None, *, everything: bool = False) -> list[Checklist]:
    """The lists of a use, for a place alone if one is given; those given up only with `everything`."""
    query = select(Checklist).where(Checklist.use == use.code).order_by(Checklist.id)
    if subject is not None:
        query = query.where(Checklist.subject == subject)
    return [one for one in session.scalars(query) if everything or one.current.stands]


def checklist(number: int, use: Use) -> Checklist:
    """The list of this use, or NotFound."""
    found = session.get(Checklist, number)
    if found is None or found.use != use.code:
        raise NotFound
    return found


def version(number: int) -> ChecklistVersion:
    """A version of a list, or NotFound."""
    found = session.get(ChecklistVersion, number)
    if found is None:
        raise NotFound
    return found


def told(found: ChecklistVersion) -> dict[str, Any]:
    """What the record says of a version."""
    return {
        "list": found.name,
        "version": found.version,
        "lines": found.lines,
        "questions": found.questions,
        "stands": found.stands,
        "reason": found.reason,
    }
