"""What everybody finds of cases: the asker's words that were released, and all that was said in public."""

from collections.abc import Collection, Iterable, Mapping

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from kiosk.cases import queries
from kiosk.cases.models import Case
from kiosk.core.db import session
from kiosk.core.filters import day
from kiosk.core.i18n import Text, _, in_every_language, lazy
from kiosk.core.searched import Entry, Hit, Searched

QUESTIONS = "questions"
GROUPS: Mapping[str, Text] = {
    QUESTIONS: lazy("Questions and answers"),
    "cases": lazy("Complaints, wishes, repairs"),
}


def _keys() -> Iterable[str]:
    return map(str, session.scalars(select(Case.id).order_by(Case.id)).all())


def _cases(keys: Collection[str]) -> list[Case]:
    query = select(Case).where(Case.id.in_([int(key) for key in keys]))
    return list(session.scalars(query.options(selectinload(Case.steps))))


def _entries(keys: Collection[str]) -> Mapping[str, Entry]:
    found = _cases(keys)
    said = queries.written(step for one in found for step in one.steps if step.verb in queries.SAID)
    texts = {one.id: _texts(one, said) for one in found}
    return {
        str(one.id): Entry(
            group=QUESTIONS if one.kind == "question" else "cases",
            lines=tuple(line for text in texts[one.id] for line in text.split("\n")),
            at=one.received_at,
            canteen=one.canteen,
            shown_from=one.held_until,
            called=" ".join(in_every_language(queries.kind_label(one.kind))) if texts[one.id] else "",
        )
        for one in found
    }


def _texts(one: Case, said: Mapping[int, queries.Written]) -> list[str]:
    """What everybody reads, in its order; of what was asked the words released last, unless taken back."""
    released = [step for step in one.steps if step.verb == "release"]
    asked = [] if one.is_taken_back else released[-1:]
    spoken = [step for step in one.steps if step.verb in queries.SPOKEN]
    return [said[step.chain_seq].public for step in (*asked, *spoken) if step.chain_seq in said]


def _hits(keys: Collection[str]) -> Mapping[str, Hit]:
    return {str(one.id): _hit(one) for one in _cases(keys)}


def _hit(one: Case) -> Hit:
    title = (
        _("No. %(number)s", number=one.id),
        queries.kind_label(one.kind),
        queries.public_label(one.subject),
    )
    state = _("late") if queries.is_late(one) else one.outcome_label or one.state_label
    return Hit(
        " · ".join(map(str, title)), url_for("cases.case", number=one.id), f"{state} · {day(one.day, 'date')}"
    )


CASES = Searched(subject="case", groups=lambda: GROUPS, keys=_keys, entries=_entries, hits=_hits)
