"""Lists are made, and changed by a version; what was filled in keeps the one that it was filled in by."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor, Place
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.inspections import queries
from kiosk.inspections.lines import MOST_LINES, Line, as_data, checked, next_number
from kiosk.inspections.models import LIST_NAME, LIST_REASON, Checklist, ChecklistVersion
from kiosk.inspections.queries import Use
from kiosk.inspections.questions import read_questions

Questions = Iterable[Mapping[str, Any]]


class ListChanged(Conflict):
    """Somebody made a version meanwhile."""

    code = "changed-meanwhile"
    message = lazy("The list was changed meanwhile. Nothing was saved; please look at it again.")


def make_checklist(
    *,
    by: Actor,
    use: Use,
    name: str,
    lines: Iterable[Line],
    subject: str = "",
    at: Place = SCHOOL,
    questions: Questions = (),
) -> Checklist:
    """Make a list; `subject` is the place that alone uses it, `at` where the right is asked for it.

    The keys of the lines are given here. Invalid without a line, and for a line that cannot be taken.
    """
    by.needs(use.sets, at)
    made = Checklist(use=use.code, subject=subject, created_at=clock.now())
    content = _content(name, lines, questions, first=1)
    session.add(made)
    session.flush()
    _add(made, by=by, action="checklist.made", reason="", **content)
    return made


def change_checklist(
    *,
    by: Actor,
    checklist: Checklist,
    use: Use,
    name: str,
    lines: Iterable[Line],
    reason: str = "",
    at: Place = SCHOOL,
    questions: Questions = (),
    seen: int | None = None,
) -> ChecklistVersion:
    """Make a new version; lines keep their keys, a line without one is new. Nothing new is no version.

    `seen` is the version that was looked at. ListChanged when there is a later one.
    """
    by.needs(use.sets, at)
    last = checklist.current
    if seen is not None and seen != last.version:
        raise ListChanged
    content = _content(name, lines, questions, first=_next_key(checklist))
    if {name: getattr(last, name) for name in content} == content and last.stands:
        return last
    return _add(checklist, by=by, action="checklist.changed", reason=LIST_REASON.read(reason), **content)


def give_up_checklist(
    *, by: Actor, checklist: Checklist, use: Use, reason: str = "", at: Place = SCHOOL
) -> None:
    """Use the list no more; what was filled in stays to be read."""
    by.needs(use.sets, at)
    last = checklist.current
    if not last.stands:
        return
    content = {"name": last.name, "lines": last.lines, "questions": last.questions}
    why = LIST_REASON.read(reason)
    _add(checklist, by=by, action="checklist.given_up", reason=why, stands=False, **content)


def _content(name: str, lines: Iterable[Line], questions: Questions, *, first: int) -> dict[str, Any]:
    given = list(lines)
    if not given:
        raise Invalid(lazy("A list has at least one line."), field="lines")
    if len(given) > MOST_LINES:
        raise Invalid(lazy("A list has at most %(n)s lines."), field="lines", n=MOST_LINES)
    found: list[Line] = []
    for line in given:
        known = line.key and line.key not in {one.key for one in found}
        found.append(checked(line if known else replace(line, key=f"l{first}")))
        first += not known
    return {"name": LIST_NAME.read(name), "lines": as_data(found), "questions": read_questions(questions)}


def _next_key(checklist: Checklist) -> int:
    """No key is given twice, whatever was taken out of the list."""
    return next_number(str(line["key"]) for version in checklist.versions for line in version.lines)


def _add(
    checklist: Checklist, *, by: Actor, action: str, reason: str, stands: bool = True, **content: Any
) -> ChecklistVersion:
    before = checklist.versions[-1] if checklist.versions else None
    made = ChecklistVersion(
        version=len(checklist.versions) + 1,
        stands=stands,
        reason=reason,
        set_by=str(by),
        set_at=clock.now(),
        **content,
    )
    made.chain_seq = record(
        action,
        f"checklist:{checklist.id}",
        by=by,
        before=queries.told(before) if before else None,
        after={"use": checklist.use, "subject": checklist.subject, **queries.told(made)},
    )
    checklist.versions.append(made)
    session.flush()
    return made
