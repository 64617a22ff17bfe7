"""Versions of a budget: drafted line by line, decided up a ladder, and then in force."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import select

from kiosk.budgets import queries
from kiosk.budgets.models import (
    APPROVED,
    DRAFT,
    DROPPED,
    ITEM_CLASS,
    NAME,
    NAME_EN,
    PLANNED,
    PLANS,
    PROPOSED,
    PURPOSE,
    RETURNED,
    WHY,
    BudgetLine,
    BudgetRow,
    BudgetVersion,
)
from kiosk.budgets.permissions import MAKE_BUDGET
from kiosk.budgets.refusals import LeftTooLittle, Overspent, Stale, TooLittle
from kiosk.budgets.services.moves import hold, move
from kiosk.chain.services import canonical
from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.formats import fen_to_text
from kiosk.core.i18n import _, lazy, named
from kiosk.core.masking import clean
from kiosk.core.trace import record
from kiosk.persons import queries as persons
from kiosk.school import queries as school
from kiosk.school.models import Term
from kiosk.steps import queries as steps
from kiosk.steps import services as decisions
from kiosk.steps.models import APPROVED as AGREED
from kiosk.steps.models import OPEN, Approval
from kiosk.steps.queries import Ladder

WRITER = "writer"
"""The part of whoever wrote in a version and did not propose it."""
MOST_LINES = 60


class Typed(NamedTuple):
    """A line as somebody typed it; `line` is its number where it stood in a version before."""

    line: int | None
    name: str
    planned: int
    item_class: str = ""
    earmarked: bool = False
    purpose: str = ""
    name_en: str = ""


def begin(*, by: Actor, term: Term) -> BudgetVersion:
    """A new version to draft: the lines in force, as they are planned by now. One on its way is that one."""
    by.needs(MAKE_BUDGET, SCHOOL)
    if there := queries.on_its_way(term.id):
        return there
    before, known = queries.in_force(term.id), queries.versions(term.id)
    number = max((one.number for one in known), default=0) + 1
    found = BudgetVersion(
        term_id=term.id, number=number, state=DRAFT, made_at=clock.now(), made_by=str(by), writers=[]
    )
    session.add(found)
    for row in before.rows if before else ():
        words = {
            name: getattr(row, name) for name in ("name", "name_en", "purpose", "item_class", "earmarked")
        }
        now = row.line.planned
        found.rows.append(BudgetRow(line_id=row.line_id, place=row.place, planned=now, was=now, **words))
    session.flush()
    record("budget.begun", subject_of(found), by=by, after={"term": term.id, "version": number})
    return found


def save(*, by: Actor, version: BudgetVersion, rows: Iterable[Typed], why: str, seen: int) -> None:
    """Write the lines anew; `seen` is the revision that was looked at. What waits for approval goes on with
    them, and what was signed is void.

    Stale where somebody saved meanwhile; Invalid for lines without a name or twice of the same; TooLittle for
    less than is committed and spent already.
    """
    by.needs(MAKE_BUDGET, SCHOOL)
    _ask_open(version)
    if version.revision != seen:
        raise Stale
    typed = [_checked(number, row) for number, row in enumerate(rows)]
    if len(typed) > MOST_LINES:
        raise Invalid(lazy("%(n)s lines at most."), n=MOST_LINES)
    _no_doubles(typed)
    before = content_of(version)
    _write(version, typed)
    version.why = WHY.read(clean(why))
    version.revision += 1
    if by.person is not None and not persons.is_among(by.person, version.writers):
        version.writers = [*version.writers, by.person]
    session.flush()
    after = {"version": version.number, "lines": len(typed), "total": version.total, "revision": seen + 1}
    record("budget.saved", subject_of(version), by=by, after=after)
    if version.state == PROPOSED and content_of(version) != before:
        propose(by=by, version=version)


def _ask_open(version: BudgetVersion) -> None:
    if version.state not in (DRAFT, PROPOSED, RETURNED):
        raise Conflict(lazy("This version is not on its way any more; a change is a new version."))


def _checked(number: int, row: Typed) -> Typed:
    """A line as it is kept. Invalid names the field with the line's number: `name-3`."""
    try:
        return row._replace(
            name=NAME.read(clean(row.name)),
            name_en=NAME_EN.read(clean(row.name_en)),
            purpose=PURPOSE.read(clean(row.purpose)),
            item_class=ITEM_CLASS.read(clean(row.item_class)),
        )
    except Invalid as problem:
        problem.field = f"{problem.field}-{number}"
        raise


def _no_doubles(rows: list[Typed]) -> None:
    seen: dict[str, int] = {}
    for number, row in enumerate(rows):
        if row.name in seen:
            raise Invalid(lazy("This line stands here twice already."), field=f"{NAME.name}-{number}")
        seen[row.name] = number


def _write(version: BudgetVersion, typed: list[Typed]) -> None:
    """The rows of a version become these; a line that no version has had goes with its row."""
    old = {row.line_id: row for row in version.rows}
    lines = _lines_of(version)
    kept: list[BudgetRow] = []
    for place, one in enumerate(typed, 1):
        line = lines.get(one.line or 0) or _new_line(version)
        row = old.pop(line.id, None) or BudgetRow(line_id=line.id, was=line.planned, line=line)
        if row.was - one.planned > line.can_give:
            raise TooLittle(field=f"{PLANNED.name}-{place - 1}", **_told(line, one.name))
        for name, value in one._asdict().items():
            if name != "line":
                setattr(row, name, value)
        row.place = place
        kept.append(row)
    for number in old:
        if _has(lines[number]):
            raise TooLittle(**_told(lines[number], old[number].name))
    version.rows = kept
    session.flush()
    _forget_lines(version, old)


def _lines_of(version: BudgetVersion) -> dict[int, BudgetLine]:
    """The lines that a version may have: those of its own rows, and those in force."""
    before = queries.in_force(version.term_id)
    rows = [*version.rows, *(before.rows if before else ())]
    return {row.line_id: hold(row.line_id) for row in rows}


def _has(line: BudgetLine) -> int:
    return line.committed + line.spent


def _told(line: BudgetLine, name: str) -> dict[str, Any]:
    return {"line": name, "amount": fen_to_text(_has(line))}


def _new_line(version: BudgetVersion) -> BudgetLine:
    line = BudgetLine(term_id=version.term_id, planned=0, committed=0, spent=0, allowed=0, over=0)
    session.add(line)
    session.flush()
    return line


def _forget_lines(version: BudgetVersion, gone: Iterable[int]) -> None:
    known = {row.line_id for one in queries.versions(version.term_id) for row in one.rows}
    for number in gone:
        if number not in known:
            session.delete(hold(number))
    session.flush()


def content_of(version: BudgetVersion) -> str:
    """What is decided about: the lines with all that a version says of them, as canonical JSON."""
    rows = [
        {
            "line": row.line_id,
            "name": row.name,
            "name_en": row.name_en,
            "purpose": row.purpose,
            "class": row.item_class,
            "earmarked": row.earmarked,
            "planned": row.planned,
            "was": row.was,
        }
        for row in version.rows
    ]
    return canonical({"term": version.term_id, "version": version.number, "why": version.why, "lines": rows})


def propose(*, by: Actor, version: BudgetVersion) -> None:
    """Ask for approval of a version as it is. Invalid where it plans nothing, or is as it was sent back."""
    by.needs(MAKE_BUDGET, SCHOOL)
    _ask_open(version)
    if not version.total:
        raise Invalid(lazy("Nothing is planned yet: please enter the lines first."))
    content = content_of(version)
    if version.state == RETURNED and content == version.content:
        raise Invalid(lazy("It is still as it was when it was sent back. Please change it first."))
    before, version.content = version.content, content
    version.hash, version.state = decisions.digest(content.encode()), PROPOSED
    session.flush()
    running = steps.running(subject_of(version))
    asked: dict[str, Any] = dict(by=by, content=content.encode(), amount=version.total, why=version.why)
    if running is None:
        others = [one for one in version.writers if not persons.is_among(one, _me(by))]
        decisions.begin(ladder=LADDER, subject=subject_of(version), parts={WRITER: others}, **asked)
    else:
        decisions.change(approval=running, changed=list(_changed(before, content)), **asked)


def _me(by: Actor) -> list[int]:
    return [by.person] if by.person is not None else []


def _changed(old: str, new: str) -> Iterator[str]:
    """Which of the fields differ, by name."""
    before, after = _read(old), _read(new)
    yield from (name for name in ("why", "lines") if before.get(name) != after[name])


def _read(content: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = queries.content(content)
    return found


def drop(*, by: Actor, version: BudgetVersion) -> None:
    """Give up a version that is on its way."""
    by.needs(MAKE_BUDGET, SCHOOL)
    _ask_open(version)
    running = steps.running(subject_of(version))
    if running is not None:
        decisions.withdraw(by=by, approval=running)
    version.state = DROPPED
    session.flush()
    record("budget.dropped", subject_of(version), by=by, after={"version": version.number})


def subject_of(version: BudgetVersion) -> str:
    """A version in the record and on its way up."""
    return f"budget:{version.id}"


def _version(subject: str) -> BudgetVersion:
    return queries.version(int(subject.partition(":")[2]))


def _outcome(by: Actor, approval: Approval) -> None:
    found = _version(approval.subject)
    if found.state != PROPOSED:
        return
    if approval.state == AGREED and approval.hash == found.hash:
        _bring_into_force(by, found)
    elif approval.state != OPEN:
        found.state = RETURNED
        session.flush()


def _bring_into_force(by: Actor, found: BudgetVersion) -> None:
    """Each line gets what the version adds to it; transfers that were decided meanwhile stay.

    Conflict where a line would plan less than is committed and spent by now.
    """
    before = queries.in_force(found.term_id)
    adds = {row.line_id: row.planned - row.was for row in found.rows}
    names = {row.line_id: named(row) for row in (*(before.rows if before else ()), *found.rows)}
    for row in before.rows if before else ():
        if row.line_id not in adds:
            adds[row.line_id] = -row.line.planned
            _ask_empty(hold(row.line_id), named(row))
    after = {"term": found.term_id, "version": found.number, "hash": found.hash, "total": found.total}
    found.state, found.approved_at = APPROVED, clock.now()
    found.chain_seq = record("budget.approved", subject_of(found), by=by, after=after)
    session.flush()
    for number, delta in adds.items():
        if not delta:
            continue
        try:
            move(by, hold(number), PLANS, subject_of(found), planned=delta)
        except Overspent:
            raise LeftTooLittle(line=names[number]) from None


def _ask_empty(line: BudgetLine, name: str) -> None:
    if _has(line):
        raise LeftTooLittle(line=name)


def _title(subject: str) -> str:
    found = _version(subject)
    return str(_("Budget of %(term)s, version %(n)s", term=queries.term_name(found.term_id), n=found.number))


def _brief(approval: Approval) -> Iterator[str]:
    found = _version(approval.subject)
    yield str(_("%(n)s lines, %(total)s yuan in all", n=len(found.rows), total=fen_to_text(found.total)))


LADDER = Ladder(
    name="budget",
    label=lazy("Budget of a term"),
    proposers=MAKE_BUDGET.roles,
    title=_title,
    address=lambda subject: f"/office/budget/versions/{subject.partition(':')[2]}",
    fields={
        "why": lazy("Why there is this version"),
        "lines": lazy("Lines of the budget"),
        WRITER: lazy("Wrote in it"),
    },
    brief=_brief,
    outcome=_outcome,
)


def keep_terms(_by: Actor) -> None:
    """A term that has a budget stays. Conflict where it was taken out of the calendar."""
    known = {one.id for one in school.terms()}
    if any(number not in known for number in session.scalars(select(BudgetLine.term_id).distinct())):
        raise Conflict(lazy("This term has a budget; it stays. Nothing was changed."))
