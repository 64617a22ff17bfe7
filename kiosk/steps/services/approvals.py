"""Writes of approvals: proposed, decided, changed, withdrawn; each leaves an entry in the record."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from kiosk.auth.models import Account
from kiosk.auth.queries import account_named
from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor, Place
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Forbidden, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.persons.queries import different_people
from kiosk.steps import queries
from kiosk.steps.models import (
    APPROVED,
    OPEN,
    REASON,
    RETURNED,
    WHY,
    WITHDRAWN,
    Approval,
    Decision,
    Part,
    Round,
)
from kiosk.steps.queries import Ladder
from kiosk.steps.services.judgement import Seen, authority

TWO_PLACES = lazy("One person cannot fill two places here.")


def digest(content: bytes) -> str:
    """The hash of what is decided about: SHA-256 in hex of the canonical bytes that its room gives."""
    return hashlib.sha256(content).hexdigest()


def begin(
    *,
    by: Actor,
    ladder: Ladder,
    subject: str,
    content: bytes,
    amount: int | None = None,
    at: Place = SCHOOL,
    parts: Mapping[str, Iterable[int]] | None = None,
    why: str = "",
    higher: bool = False,
) -> Approval:
    """Propose a subject (`posting:7`) of the school, or of the canteen or counter `at`.

    `content` are its canonical bytes, `amount` its fen; `parts` are the places of the chain that are filled
    already, each with the numbers of its persons. `why` is read by whoever decides. What is an exception is
    decided one level `higher` than its amount asks.

    Forbidden for who may not propose or where one person would fill two places; Conflict while another
    approval of the subject runs.
    """
    account = _proposer(by, ladder.proposers, at)
    if queries.running(subject) is not None:
        raise Conflict(lazy("This waits for approval already."))
    named = {name: list(people) for name, people in (parts or {}).items()}
    people = [person for group in named.values() for person in group]
    if not different_people(people if by.person in people else [_person(by), *people]):
        raise Forbidden(TWO_PLACES)
    found = Approval(
        subject=subject,
        ladder=ladder.name,
        declared=ladder.declared(at, higher=higher),
        began_at=clock.now(),
        amount=amount,
        round=0,
        parts=[Part(name=name, person_id=person) for name, group in named.items() for person in group],
    )
    began = {"subject": subject, "parts": named, "declared": digest(found.declared.encode())}
    _next_round(found, by, account, digest(content), (), REASON.read(why), began)
    return found


def change(
    *,
    by: Actor,
    approval: Approval,
    content: bytes,
    changed: Iterable[str] = (),
    amount: int | None = None,
    why: str = "",
) -> None:
    """What is decided about was changed: every signature is void, and it goes back to the first level.

    `changed` are the names of the fields that differ. The same bytes change nothing. Forbidden for who may
    not propose; Conflict when the approval has ended.
    """
    account = _proposer(by, queries.proposers_of(approval), queries.place_of(approval))
    if approval.state not in (OPEN, RETURNED):
        raise _over(approval)
    if digest(content) == approval.hash and amount == approval.amount:
        return
    approval.amount = amount
    _next_round(approval, by, account, digest(content), changed, REASON.read(why), {})


def _next_round(
    found: Approval,
    by: Actor,
    account: Account,
    hash_: str,
    changed: Iterable[str],
    why: str,
    more: dict[str, Any],
) -> None:
    """Ask about new content, from the first level on."""
    found.round, found.hash, found.level = found.round + 1, hash_, 1
    found.state, found.since = OPEN, clock.now()
    if not queries.levels_of(found):
        raise ValueError(f"no level of {found.ladder} is asked about {found.amount}")
    session.add(found)
    session.flush()
    named = {"ladder": found.ladder, "round": found.round, "hash": found.hash, "amount": found.amount}
    said = {"why": why} if why else {}
    after = {**more, **named, "changed": list(changed), "account": account.id, **said}
    seq = record("step.proposed" if more else "step.changed", subject_of(found), by=by, after=after)
    found.rounds.append(
        Round(
            number=found.round,
            hash=found.hash,
            amount=found.amount,
            changed=list(changed),
            account_id=account.id,
            person_id=_person(by),
            at=found.since,
            chain_seq=seq,
        )
    )
    session.flush()


def fill(*, by: Actor, approval: Approval, part: str, person: int) -> None:
    """Fill another place of the chain, as its subject goes on. Forbidden for who has a part in it already."""
    if not different_people([person, *queries.people_in(approval)]):
        raise Forbidden(TWO_PLACES)
    approval.parts.append(Part(name=part, person_id=person))
    session.flush()
    record("step.filled", subject_of(approval), by=by, after={"parts": {part: [person]}})


def decide(
    *,
    by: Actor,
    approval: Approval,
    approves: bool,
    why: str = "",
    seen: Seen | None = None,
    confirmed: bool = False,
) -> Decision:
    """Approve, or send back with a reason. `seen` is what the decider looked at; `confirmed` says that the
    second factor was shown.

    What `authority` raises for who may not, or comes too late; Invalid for a return without a reason.
    """
    absent = authority(by, approval, seen, confirmed=confirmed)
    why = WHY.read(why)
    if not approves and not why:
        raise Invalid(lazy("Please say why it is sent back."), field=WHY.name)
    account, now = account_of(by), clock.now()
    facts = {"round": approval.round, "level": approval.level, "hash": approval.hash}
    numbers = {"account": account.id, "decided_by": by.person, "absent": absent.number if absent else None}
    after = {"subject": approval.subject, **facts, **numbers, "why": why}
    action = "step.approved" if approves else "step.returned"
    decision = Decision(
        **facts,
        account_id=account.id,
        person_id=_person(by),
        absent_id=absent.number if absent else None,
        approves=approves,
        at=now,
        chain_seq=record(action, subject_of(approval), by=by, after=after),
    )
    approval.decisions.append(decision)
    session.flush()
    go_on(by, approval)
    return decision


def go_on(by: Actor, found: Approval) -> None:
    """Where the decision leads: the next level, the end, or back; its room is told of the latter two."""
    before = found.level, found.state
    found.level, found.state = queries.reached(found)
    if before != (found.level, found.state):
        found.since = clock.now()
    session.flush()
    ladder = queries.ladder_of(found)
    if found.state != OPEN and ladder is not None:
        ladder.outcome(by, found)


def withdraw(*, by: Actor, approval: Approval, why: str = "") -> None:
    """Take a proposal back. Forbidden for who may not propose; Conflict when it was approved or withdrawn."""
    account, why = _proposer(by, queries.proposers_of(approval), queries.place_of(approval)), WHY.read(why)
    if approval.state not in (OPEN, RETURNED):
        raise _over(approval)
    approval.state, approval.since = WITHDRAWN, clock.now()
    session.flush()
    after = {"subject": approval.subject, "account": account.id, "why": why}
    record("step.withdrawn", subject_of(approval), by=by, after=after)


def subject_of(found: Approval) -> str:
    """An approval in the record."""
    return f"step:{found.id}"


def _over(found: Approval) -> Conflict:
    word = lazy("This is approved already; a change of it is proposed anew.")
    return Conflict(word if found.state == APPROVED else lazy("This was withdrawn."))


def account_of(by: Actor) -> Account:
    """The account behind an actor, who is a person; Forbidden for what acts by itself."""
    account = account_named(by.account)
    if account is None or by.person is None:
        raise Forbidden
    return account


def _person(by: Actor) -> int:
    """The number of the person who acts."""
    if by.person is None:
        raise Forbidden
    return by.person


def _proposer(by: Actor, roles: frozenset[str], at: Place) -> Account:
    account = account_of(by)
    if not queries.held(queries.grants_of(account), roles, at):
        raise Forbidden
    return account
