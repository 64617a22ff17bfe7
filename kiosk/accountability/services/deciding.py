"""What people write in an entry: statements by whoever is named, one decision from one level above."""

from kiosk.accountability import queries
from kiosk.accountability.models import OUTCOME, REASON, STATEMENT, Entry, Statement, Verdict
from kiosk.accountability.permissions import DECIDE_ACCOUNTABILITY
from kiosk.accountability.refusals import (
    Accountable,
    Decided,
    NotAsked,
    NotNamed,
    SaidMeanwhile,
    TooEarly,
)
from kiosk.auth.queries import account_named
from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Forbidden
from kiosk.core.filters import day as day_words
from kiosk.core.trace import record
from kiosk.persons import queries as persons
from kiosk.steps.queries import Voice


def state(*, by: Actor, entry: Entry, text: str) -> Statement:
    """Say something to an entry in which one is named; more can be added until it is decided.

    NotNamed for anybody else; Decided after the decision; Invalid without a text. The same again is one.
    """
    if by.person is None or not queries.is_named(by, entry):
        raise NotNamed
    person = persons.person(by.person).number
    text, mine = (
        STATEMENT.read(text),
        [one for one in queries.said(entry) if one.statement.person_id == person],
    )
    if mine and str(mine[-1].text) == text:
        return mine[-1].statement
    if entry.decision is not None:
        raise Decided(field=STATEMENT.name, outcome=entry.decision.label)
    seq = record("accountability.stated", subject_of(entry), by=by, after={"text": text})
    made = Statement(person_id=person, at=clock.now(), chain_seq=seq)
    entry.statements.append(made)
    session.flush()
    return made


def decide(*, by: Actor, entry: Entry, outcome: str, reason: str, seen: int | None = None) -> Verdict:
    """Decide about an entry, once, with a reason. `seen` is how many statements the decider had read.

    Accountable for whoever is named, by whatever account, row or delegation; NotAsked for who is not of the
    level above; TooEarly while those named can still be heard; SaidMeanwhile and Decided where it changed.
    """
    voice, account = _voice(by, entry), account_named(by.account)
    if account is None or by.person is None:
        raise Forbidden
    outcome, reason = OUTCOME.read(outcome), REASON.read(reason)
    if entry.decision is not None:
        if _is_repeated(by, entry, outcome, reason):
            return entry.decision
        raise Decided(field=REASON.name, outcome=entry.decision.label)
    if not queries.is_heard(entry):
        day = queries.hearing(entry).day
        raise TooEarly(field=REASON.name, day=day_words(day) if day else "—")
    if seen is not None and seen != len(entry.statements):
        raise SaidMeanwhile(field=REASON.name)
    absent = voice.absent.number if voice.absent else None
    facts = {"outcome": outcome, "statements": len(entry.statements), "absent": absent}
    after = {**facts, "account": account.id, "reason": reason}
    seq = record("accountability.decided", subject_of(entry), by=by, after=after)
    made = Verdict(
        outcome=outcome,
        statements=len(entry.statements),
        absent_id=absent,
        account_id=account.id,
        person_id=by.person,
        at=clock.now(),
        chain_seq=seq,
    )
    entry.decision = made
    session.flush()
    return made


def _voice(by: Actor, entry: Entry) -> Voice:
    if queries.is_accountable(by, entry):
        raise Accountable
    found = queries.voice(by, entry)
    if found is None:
        problem = NotAsked()
        problem.permission = DECIDE_ACCOUNTABILITY
        raise problem
    return found


def _is_repeated(by: Actor, entry: Entry, outcome: str, reason: str) -> bool:
    made = entry.decision
    same = made is not None and (made.person_id, made.outcome) == (by.person, outcome)
    return same and str(queries.reason(entry)) == reason


def subject_of(entry: Entry) -> str:
    """An entry in the record."""
    return f"accountability:{entry.id}"
