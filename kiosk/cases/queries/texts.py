"""What was written in the steps of cases: it stands in the record, where it can be erased."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import or_, select

from kiosk.cases.models import Case, CaseStep
from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import bodies_of, read_body
from kiosk.core.db import session
from kiosk.core.masking import mask, veiled

A_LINE = 60


class Written(NamedTuple):
    """What was written with a step: what everybody reads, and what the office alone does."""

    public: str = ""
    internal: str = ""
    is_own: bool = False
    """Whether what everybody reads is what was asked, and nothing but parts of it masked."""


class Happened(NamedTuple):
    """A step with what was written."""

    step: CaseStep
    written: Written


def written(steps: Iterable[CaseStep]) -> dict[int, Written]:
    """What was written, by the numbers of the steps' entries in the record; an erased text says so."""
    return _written(step.chain_seq for step in steps)


def _written(seqs: Iterable[int]) -> dict[int, Written]:
    found: dict[int, Written] = {}
    for seq, body in bodies_of(seqs).items():
        after = body.get("after") or {}
        text, note = (str(after.get(name) or "") for name in ("text", "note"))
        found[seq] = Written(text, note, after.get("own") is True)
    return found


def history(case: Case) -> list[Happened]:
    """Everything that was done with a case, in its order."""
    texts = written(case.steps)
    return [Happened(step, texts.get(step.chain_seq, Written())) for step in case.steps]


def masked_history(case: Case) -> list[Happened]:
    """The same for those who read it masked."""
    found = history(case)
    shown = [one.written.public for one in found if one.step.verb == "release"]
    return [
        one._replace(written=one.written._replace(internal=_masked(one, shown[-1] if shown else "")))
        for one in found
    ]


def _masked(one: Happened, shown: str) -> str:
    """What was written inside: what was asked as it was released, else without what `mask` finds."""
    said = one.written.internal
    return shown if one.step.number == 1 and veiled(shown, said) else mask(said)


def shown_words(case: Case) -> str:
    """What was asked as it was released last, else as `mask` would let it out."""
    return masked_history(case)[0].written.internal


class Move(NamedTuple):
    """That another calendar moved what is due: when, from which day to which."""

    at: datetime
    before: date | None
    after: date | None


def moves(case: Case) -> list[Move]:
    """Every time that the calendar moved what is due, the oldest first."""
    query = select(ChainEntry).where(
        ChainEntry.subject == f"case:{case.id}", ChainEntry.action == "case.due_moved"
    )
    rows = session.scalars(query.order_by(ChainEntry.seq)).all()
    bodies = [(row.at, read_body(row.body)) for row in rows]
    return [Move(at, _day(body["before"]), _day(body["after"])) for at, body in bodies]


def _day(told: dict[str, Any]) -> date | None:
    return date.fromisoformat(told["due"]) if told.get("due") else None


def beginnings(numbers: Iterable[int]) -> dict[int, str]:
    """By the numbers of cases: what was said first, masked, as far as it fits a line."""
    those = list(numbers)
    if not those:
        return {}
    wanted = or_(CaseStep.number == 1, CaseStep.verb == "release")
    query = select(CaseStep.case_id, CaseStep.number, CaseStep.chain_seq)
    query = query.where(CaseStep.case_id.in_(those), wanted)
    steps = session.execute(query.order_by(CaseStep.case_id, CaseStep.number)).all()
    texts = _written(step.chain_seq for step in steps)
    said = {one.case_id: texts[one.chain_seq].internal for one in steps if one.number == 1}
    shown = {one.case_id: texts[one.chain_seq].public for one in steps if one.number > 1}
    return {
        number: a_line(mask(veiled(shown.get(number, ""), text) or text)) for number, text in said.items()
    }


def a_line(text: str) -> str:
    """The beginning of a text, as far as it fits a line."""
    line = " ".join(text.split())
    return line if len(line) <= A_LINE else f"{line[:A_LINE]}…"
