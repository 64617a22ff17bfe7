"""A list is filled in, once however often it is sent; each finding begins a case that has an owner."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import select

from kiosk.cases import queries as cases
from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Forbidden, Invalid, OtherContent
from kiosk.core.i18n import _, lazy
from kiosk.core.masking import clean
from kiosk.core.trace import record
from kiosk.inspections.lines import NUMBER, Line, plain
from kiosk.inspections.models import (
    FINDING,
    NONE,
    OK,
    STATES,
    WORDS,
    Checked,
    CheckedLine,
    ChecklistVersion,
)
from kiosk.inspections.services.findings import Found, begin
from kiosk.messages.services import in_school_language
from kiosk.school import queries as school

OLDEST = timedelta(days=31)
"""Nothing is entered for a day before that."""
A_LINE = 200


class Answer(NamedTuple):
    """How a line is answered. `words` and photos (JPEG, drawn anew) belong to what is found."""

    state: str = OK
    tenths: int | None = None
    words: str = ""
    photos: tuple[bytes, ...] = ()


class Filled(NamedTuple):
    """What was filled in, and whether it came just now and not with an earlier sending."""

    checked: Checked
    is_new: bool


def nothing_found(version: ChecklistVersion) -> dict[str, Answer]:
    """The answers of whoever found nothing; a number that nobody took does not apply."""
    return {line.key: Answer(NONE if line.kind == NUMBER else OK) for line in version.read}


def fill(
    *,
    by: Actor,
    version: ChecklistVersion,
    subject: str,
    day: date,
    answers: Mapping[str, Answer],
    begun_at: datetime | None = None,
    ended_at: datetime | None = None,
    id: UUID | None = None,
    more: Any = None,
) -> Filled:
    """Fill a list in at a place (`canteen:k1`) for a day, with an answer to each of its lines.

    `id` is made by the client: sent again it is the same; OtherContent with other content, to which `more`
    belongs, too. The caller asks for the right. Invalid for a line without an answer, a finding without
    words, and a day that is to come or long past; Forbidden for what acts by itself.
    """
    if by.person is None:
        raise Forbidden
    now = clock.now()
    digest = _digest(by, version, subject, day, answers, (begun_at, ended_at), more)
    if (known := _known(id, digest)) is not None:
        return Filled(known, False)
    _check(version, day, answers)
    place = cases.concern(subject).place
    made = Checked(
        client_id=id or uuid4(),
        digest=digest,
        use=version.checklist.use,
        version_id=version.id,
        subject=subject,
        canteen=place.canteen,
        counter=place.counter,
        day=day,
        begun_at=begun_at or now,
        ended_at=ended_at or now,
        received_at=now,
        person_id=by.person,
    )
    _keep(by, made, version, answers)
    return Filled(made, True)


def _known(id: UUID | None, digest: str) -> Checked | None:
    """What came with this number before. OtherContent if it was something else."""
    found = session.scalar(select(Checked).where(Checked.client_id == id)) if id else None
    if found is not None and found.digest != digest:
        raise OtherContent
    return found


def _keep(by: Actor, made: Checked, version: ChecklistVersion, answers: Mapping[str, Answer]) -> None:
    """Store it with its answers, and begin what was found."""
    made.chain_seq = _recorded(by, made, version, answers)
    made.answers = [
        CheckedLine(key=line.key, state=state_of(line, answers[line.key]), tenths=answers[line.key].tenths)
        for line in version.read
    ]
    session.add(made)
    session.flush()
    session.refresh(made, ["version", "person"])
    begin(by=by, checked=made, found=_found(version, answers))


def state_of(line: Line, answer: Answer) -> str:
    """How a line counts as answered: a number outside of its bounds is something found."""
    if line.kind == NUMBER and answer.tenths is not None:
        return OK if line.is_within(answer.tenths) and answer.state != FINDING else FINDING
    return answer.state


def _check(version: ChecklistVersion, day: date, answers: Mapping[str, Answer]) -> None:
    today = school.today()
    if not today - OLDEST <= day <= today:
        raise Invalid(lazy("Please choose a day of the last month, not one to come."), field="day")
    known = {line.key: line for line in version.read}
    if strange := answers.keys() - known.keys():
        raise Invalid(lazy("The list has no such line."), field=min(strange))
    for line in known.values():
        answer = answers.get(line.key)
        if answer is None or answer.state not in STATES:
            raise Invalid(lazy("Not answered yet: %(text)s"), field=line.key, text=line.text)
        is_number = line.kind == NUMBER
        if is_number and answer.state == OK and answer.tenths is None:
            raise Invalid(lazy("A number is missing: %(text)s"), field=line.key, text=line.text)
        if answer.tenths is not None and (not is_number or answer.state == NONE):
            raise Invalid(lazy("No number is asked for here: %(text)s"), field=line.key, text=line.text)
        if state_of(line, answer) == FINDING and not (is_number and answer.tenths is not None):
            _words(line, answer)


def _words(line: Line, answer: Answer) -> str:
    try:
        return WORDS.read(clean(answer.words))
    except Invalid as problem:
        problem.field = line.key
        raise


def _found(version: ChecklistVersion, answers: Mapping[str, Answer]) -> Iterable[Found]:
    for line in version.read:
        answer = answers[line.key]
        if state_of(line, answer) == FINDING:
            yield Found(line.key, said(line, answer), answer.photos)


def said(line: Line, answer: Answer) -> str:
    """What was found, in one text: the line, the number, the words."""
    with in_school_language():
        number = f"{plain(answer.tenths)} {line.sign}" if answer.tenths is not None else ""
        if number and line.bounds:
            number = _("%(number)s (%(bounds)s)", number=number, bounds=line.bounds)
    parts = " ".join(part for part in (number, clean(answer.words).strip()) if part)
    return f"{line.text}：{parts}"


def _recorded(by: Actor, made: Checked, version: ChecklistVersion, answers: Mapping[str, Answer]) -> int:
    said = {
        line.key: state_of(line, answer) if answer.tenths is None else plain(answer.tenths)
        for line in version.read
        for answer in (answers[line.key],)
    }
    return record(
        "checked.filled",
        f"checked:{made.client_id}",
        by=by,
        after={
            "use": made.use,
            "checklist": version.checklist_id,
            "version": version.version,
            "subject": made.subject,
            "day": made.day,
            "begun": made.begun_at.astimezone(UTC),
            "ended": made.ended_at.astimezone(UTC),
            "answers": said,
            "digest": made.digest,
        },
    )


def _digest(
    by: Actor,
    version: ChecklistVersion,
    subject: str,
    day: date,
    answers: Mapping[str, Answer],
    times: tuple[datetime | None, ...],
    more: Any,
) -> str:
    """The hash of everything that was sent: by whom, where, what; the pictures by theirs."""
    said = {
        key: [one.state, one.tenths, one.words, [sha256(photo).hexdigest() for photo in one.photos]]
        for key, one in answers.items()
    }
    parts = [
        by.person,
        version.id,
        subject,
        day.isoformat(),
        said,
        [one.isoformat() for one in times if one],
        more,
    ]
    return sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
