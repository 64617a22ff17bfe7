"""Whether cases stand as the record says: steps and voices against entries, cases against their steps."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from kiosk.cases.models import Case, CaseStep, CaseVoice
from kiosk.cases.queries import received, redue, rules, standing
from kiosk.cases.queries.dues import Rules
from kiosk.cases.services.steps import facts
from kiosk.cases.words import ACTIONS
from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import Finding, KnownHead, read_body
from kiosk.core.db import session

SEVERAL = 500
JOINED = "case.joined"
CALENDAR = ("duty", "due_on")


def recount() -> Iterator[Finding]:
    """Every difference between cases and the record, by row and column."""
    entries, by = _entries(), rules()
    joined = _joined(entries)
    for case in _cases():
        yield from _standing(case, by)
        for step in case.steps:
            yield from _of_step(case, step, entries.pop(step.chain_seq, None))
        yield from _of_voices(case, joined.pop(case.id, set()))
    for seq, body in sorted(entries.items()):
        yield Finding("case", str(body["subject"]).partition(":")[2], "missing", f"entry {seq}")
    for number, voices in sorted(joined.items()):
        yield Finding("case", str(number), "missing", f"entry {min(voices)[0]}")


def heads() -> Iterator[KnownHead]:
    """The entries that steps and voices point to: a record that ends before them was cut."""
    for table in (CaseStep, CaseVoice):
        for number, seq in session.execute(select(table.case_id, table.chain_seq)):
            yield KnownHead(seq, "", f"case {number}")


def _cases() -> Iterator[Case]:
    query = select(Case).options(selectinload(Case.steps)).order_by(Case.id)
    return iter(session.scalars(query.execution_options(yield_per=SEVERAL)))


def _entries() -> dict[int, dict[str, Any]]:
    actions = [JOINED, *(f"case.{verb}" for verb in ACTIONS)]
    query = select(ChainEntry.seq, ChainEntry.body).where(ChainEntry.action.in_(actions))
    return {seq: read_body(body) for seq, body in session.execute(query)}


def _joined(entries: dict[int, dict[str, Any]]) -> dict[int, set[tuple[int, str]]]:
    """The voices that the record names, by case; their entries are taken out."""
    found: dict[int, set[tuple[int, str]]] = {}
    for seq in [seq for seq, body in entries.items() if body["action"] == JOINED]:
        body = entries.pop(seq)
        number = int(body["subject"].partition(":")[2])
        found.setdefault(number, set()).update((seq, one) for one in body["after"]["voices"])
    return found


def _standing(case: Case, by: Rules) -> Iterator[Finding]:
    """What a case says of itself follows from its steps, and its due day from these and the calendar."""
    stored = {name: getattr(case, name) for name in (*vars(standing(case.received_at, ())), *CALENDAR)}
    follows: dict[str, Any] = vars(standing(case.received_at, case.steps))
    told = Case(received_at=case.received_at, figures=case.figures, **follows)
    if follows["severity"] in case.figures:
        redue(told, by)
        follows = {**follows, "duty": told.duty, "due_on": told.due_on}
    if wrong := [name for name, value in follows.items() if stored[name] != value]:
        yield Finding("case", str(case.id), "altered", ", ".join(wrong))
    if [step.number for step in case.steps] != list(range(1, len(case.steps) + 1)):
        yield Finding("case", str(case.id), "altered", "steps")


def _of_step(case: Case, step: CaseStep, entry: dict[str, Any] | None) -> Iterator[Finding]:
    place = f"{case.id}, step {step.number}"
    if not entry or entry.get("subject") != f"case:{case.id}":
        yield Finding("case", place, "unknown")
        return
    told = entry.get("after") or {}
    stored = {
        "verb": f"case.{step.verb}",
        "person": step.person_id,
        "step": step.number,
        **{name: _plain(value) for name, value in facts(step).items()},
    }
    said = {
        "verb": entry["action"],
        "person": entry["actor"].get("person"),
        **{name: told[name] for name in ("step", "at", "to", "outcome", "severity", "day") if name in told},
    }
    wrong = [name for name in {**stored, **said} if stored.get(name) != said.get(name)]
    if step.number == 1:
        origin = {name: _plain(value) for name, value in received(case).items()}
        wrong += [name for name, value in origin.items() if told.get(name) != value]
    if wrong:
        yield Finding("case", place, "altered", ", ".join(wrong))


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _of_voices(case: Case, told: set[tuple[int, str]]) -> Iterator[Finding]:
    """The voices of a case are those that its entries name, and as many as it says."""
    query = select(CaseVoice.chain_seq, CaseVoice.reference).where(CaseVoice.case_id == case.id)
    stored = {(seq, reference) for seq, reference in session.execute(query)} if case.voices or told else set()
    for seq, reference in sorted(stored ^ told):
        problem = "unknown" if (seq, reference) in stored else "missing"
        yield Finding("case", f"{case.id}, voice {reference}", problem)
    if case.voices != len(stored):
        yield Finding("case", str(case.id), "altered", "voices")
