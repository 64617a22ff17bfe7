"""What was written in the steps of cases: it stands in the record, where it can be erased."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from kiosk.cases.models import Case, CaseStep
from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import opened, read_body
from kiosk.core.db import session
from kiosk.core.masking import mask

SEVERAL = 500
A_LINE = 60


class Written(NamedTuple):
    """What was written with a step: what everybody reads, and what the office alone does."""

    public: str = ""
    internal: str = ""


class Happened(NamedTuple):
    """A step with what was written."""

    step: CaseStep
    written: Written


def written(steps: Iterable[CaseStep]) -> dict[int, Written]:
    """What was written, by the numbers of the steps' entries in the record; an erased text says so."""
    seqs = [step.chain_seq for step in steps]
    found: dict[int, Written] = {}
    for start in range(0, len(seqs), SEVERAL):
        query = select(ChainEntry).where(ChainEntry.seq.in_(seqs[start : start + SEVERAL]))
        for seq, body in opened(session.scalars(query)).items():
            after = body.get("after") or {}
            found[seq] = Written(str(after.get("text") or ""), str(after.get("note") or ""))
    return found


def history(case: Case) -> list[Happened]:
    """Everything that was done with a case, in its order."""
    texts = written(case.steps)
    return [Happened(step, texts.get(step.chain_seq, Written())) for step in case.steps]


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
    ids = list(numbers)
    query = select(CaseStep).where(CaseStep.case_id.in_(ids), CaseStep.number == 1)
    first = list(session.scalars(query))
    texts = written(first)
    found = {}
    for step in first:
        said = texts.get(step.chain_seq, Written())
        line = " ".join(mask(said.public or said.internal).split())
        found[step.case_id] = line if len(line) <= A_LINE else f"{line[:A_LINE]}…"
    return found
