"""Whether lists, what was filled in and what was said of findings stand as the record tells it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, inspect, select

from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import Finding as Difference
from kiosk.chain.queries import KnownHead, read_body
from kiosk.core.db import session
from kiosk.inspections import queries
from kiosk.inspections.lines import plain
from kiosk.inspections.models import (
    VERBS,
    Checked,
    ChecklistVersion,
    FindingStep,
    RoundMade,
    RoundPlanVersion,
    SpotAnswer,
)

PLANS = ("round_plan.made", "round_plan.changed", "round_plan.given_up")
LISTS = ("checklist.made", "checklist.changed", "checklist.given_up")
STEPS = tuple(f"finding.{verb}" for verb in VERBS)


def recount() -> Iterator[Difference]:
    """Every row that is not as the record tells it, and every entry whose row is gone."""
    yield from _compared(ChecklistVersion, LISTS, "checklist", _of_list)
    yield from _compared(Checked, ("checked.filled",), "checked", _of_checked)
    yield from _compared(FindingStep, STEPS, "finding", _of_step)
    yield from _compared(RoundPlanVersion, PLANS, "round_plan", _of_plan)
    yield from _compared(RoundMade, ("round.made",), "round", _of_round)


def heads() -> Iterator[KnownHead]:
    """The entries that rows point to: a record that ends before them was cut."""
    for table in (ChecklistVersion, Checked, FindingStep, RoundPlanVersion, RoundMade):
        key = _key(table)
        for number, seq in session.execute(select(key, table.chain_seq)):
            yield KnownHead(seq, "", f"{table.__tablename__} {number}")


def _key(table: Any) -> Any:
    """The column by which rows are told apart."""
    return inspect(table).primary_key[0]


def _compared(
    table: Any, actions: tuple[str, ...], what: str, told: Callable[[Any], tuple[str, dict[str, Any]]]
) -> Iterator[Difference]:
    query = select(ChainEntry.seq, ChainEntry.body).where(ChainEntry.action.in_(actions))
    entries = {seq: read_body(body) for seq, body in session.execute(query)}
    for row in session.scalars(select(table).order_by(_key(table))):
        subject, stored = told(row)
        entry = entries.pop(row.chain_seq, {})
        if entry.get("subject") != subject:
            yield Difference(what, subject.partition(":")[2], "unknown")
            continue
        after = entry.get("after") or {}
        if wrong := [name for name, value in stored.items() if after.get(name) != value]:
            yield Difference(what, subject.partition(":")[2], "altered", ", ".join(wrong))
    for seq, body in sorted(entries.items()):
        yield Difference(what, str(body["subject"]).partition(":")[2], "missing", f"entry {seq}")


def _of_list(row: ChecklistVersion) -> tuple[str, dict[str, Any]]:
    told = queries.told(row)
    return f"checklist:{row.checklist_id}", {
        name: told[name] for name in ("version", "lines", "questions", "stands")
    }


def _of_checked(row: Checked) -> tuple[str, dict[str, Any]]:
    answers = {one.key: one.state if one.tenths is None else plain(one.tenths) for one in row.answers}
    return f"checked:{row.client_id}", {
        "subject": row.subject,
        "day": row.day.isoformat(),
        "begun": _iso(row.begun_at),
        "ended": _iso(row.ended_at),
        "answers": answers,
        "digest": row.digest,
        "version": row.version.version,
    }


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _of_step(row: FindingStep) -> tuple[str, dict[str, Any]]:
    return f"finding:{row.finding_id}", {"step": row.number, "case": row.case_id}


def _of_plan(row: RoundPlanVersion) -> tuple[str, dict[str, Any]]:
    told = {**queries.told_plan(row), "since": row.since.isoformat()}
    del told["round"], told["reason"]  # texts: they can be erased
    return f"round_plan:{row.plan_id}", told


def _of_round(row: RoundMade) -> tuple[str, dict[str, Any]]:
    voices = select(func.count()).select_from(SpotAnswer).where(SpotAnswer.checked_id == row.checked_id)
    return f"round:{row.checked.client_id}", {
        "plan": row.plan_id,
        "day": row.day.isoformat(),
        "slot": row.slot,
        "presence": row.presence,
        "why": row.why,
        "on_duty": row.on_duty or None,
        "voices": session.scalar(voices),
    }
