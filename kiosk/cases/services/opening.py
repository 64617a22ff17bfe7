"""How cases begin, and how further voices join them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from kiosk.cases import queries
from kiosk.cases.models import OPEN, ORDINARY, SAFETY, SEVERITIES, WORDS, Case, CaseVoice
from kiosk.cases.queries import subjects
from kiosk.cases.refusals import WrongState
from kiosk.cases.services.steps import subject_of, take
from kiosk.cases.settings import (
    ACKNOWLEDGE_DAYS,
    COMPLEX_DAYS,
    ORDINARY_DAYS,
    REPLY_DAYS,
    SAFETY_DAYS,
    SIMPLE_DAYS,
    TELL_DAYS,
)
from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Forbidden, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.masking import clean
from kiosk.core.room import Concern
from kiosk.core.trace import record
from kiosk.messages.services import in_school_language, send
from kiosk.school import queries as school

TWICE = timedelta(minutes=10)
FIGURES = {
    "acknowledge": ACKNOWLEDGE_DAYS,
    "reply": REPLY_DAYS,
    "simple": SIMPLE_DAYS,
    "ordinary": ORDINARY_DAYS,
    "complex": COMPLEX_DAYS,
    "safety": SAFETY_DAYS,
    "tell": TELL_DAYS,
}
"""What a case keeps of the rule that was in force when it came in, by the name of the duty or severity."""


def open_case(
    *,
    by: Actor,
    kind: str,
    subject: str,
    text: str,
    severity: str | None = None,
    owner: int | None = None,
    received_at: datetime | None = None,
    day: date | None = None,
    meal: str | None = None,
    reason: str = "",
    named: Iterable[int] = (),
    held_until: datetime | None = None,
    again_of: Case | None = None,
    key_hash: str | None = None,
    voices: Iterable[str] = (),
    figures: Mapping[str, int] = MappingProxyType({}),
) -> Case:
    """Open a case about a subject (`counter:c1`), with what was said; nobody in public reads it as it is.

    Without an `owner` it is the holder's of the post responsible, food safety and good deeds the head's.
    Who takes a case down owns it: `owner` is then the actor, and it counts as acknowledged. `named` are
    persons it speaks of; until `held_until` the place's own people do not see it. The days of its duties
    are those of the rule of this moment, and stay; `figures` are those that this kind has instead.
    Without a `severity` a safety word makes it a matter of food safety; every such matter goes out to the
    head by mail and group robot with the case. Invalid for a kind, severity or subject that is none, and
    without a text.
    """
    if kind not in queries.kinds():
        raise Invalid(lazy("Please choose what it is."), field="kind")
    if severity is not None and severity not in SEVERITIES:
        raise Invalid(lazy("Please choose how grave it is."), field="severity")
    said, found = WORDS.read(clean(text)), queries.concern(subject)
    severity = severity or queries.severity_of(said)
    now = received_at or clock.now()
    today = school.local(now).date()
    case = Case(
        kind=kind,
        subject=subject,
        received_at=now,
        day=day or today,
        meal=meal,
        reason=reason,
        rated=queries.rated(subject, now, tuple(named), today),
        held_until=held_until,
        again_of_id=again_of.id if again_of else None,
        key_hash=key_hash,
        severity=severity,
        begun_at=now,
        **_place_and_post(found),
        **_untouched(figures),
    )
    session.add(case)
    session.flush()
    first = owner if owner is not None else _owner(found, severity == SAFETY or kind == queries.PRAISE, today)
    take(by=by, case=case, verb="open", note=said, to=first, severity=severity, more=queries.received(case))
    join(by=by, case=case, references=voices)
    if severity == SAFETY:
        tell_head(case)
    return case


def _place_and_post(found: Concern) -> dict[str, Any]:
    """Where it is, for whoever may see it, and the post that is responsible."""
    return {"canteen": found.place.canteen, "counter": found.place.counter, "post_id": found.post}


def _untouched(figures: Mapping[str, int]) -> dict[str, Any]:
    """How a case stands to which nothing was done: the days of the rule now, or the kind's own."""
    rule = {name: school.settings()[setting] for name, setting in FIGURES.items()}
    return {"figures": rule | dict(figures), "state": "", "revision": 0, "pauses": []}


def tell_head(case: Case) -> None:
    """Send word of food safety by mail and group robot, once for a case."""
    with in_school_language():
        place = queries.subject_label(case.subject)
    send(
        key=f"case:{case.id}:safety",
        to="head",
        title=lazy("Food safety at %(place)s: case no. %(number)s", place=place, number=case.id),
        text=lazy("It waits for you in the office."),
        path=f"/office/cases/{case.id}",
    )


def take_down(*, by: Actor, kind: str, subject: str, text: str, severity: str = ORDINARY) -> Case:
    """Write down what was said at a desk or on the phone: whoever heard it first owns it.

    The same words sent again within ten minutes are the same case. A safety word makes it a matter of food
    safety, whatever was chosen. Forbidden for what acts by itself.
    """
    if by.person is None:
        raise Forbidden
    said, since = WORDS.read(clean(text)), clock.now() - TWICE
    for case in queries.taken_down(by.person, kind=kind, subject=subject, since=since):
        if queries.history(case)[0].written.internal == said:
            return case
    grave = SAFETY if queries.safety_words(said) else severity
    return open_case(by=by, kind=kind, subject=subject, text=said, severity=grave, owner=by.person)


def _owner(found: Concern, is_heads: bool, day: date) -> int | None:
    """Whose a case is that nobody took down; None while the school has not even a head of logistics."""
    heads = subjects.heads(day)
    first = next(iter(heads), None) if is_heads else subjects.responsible(found, day)
    return first.number if first else None


def join(*, by: Actor, case: Case, references: Iterable[str]) -> int:
    """Let voices join a case, each by a reference that leads to no person; how many were new.

    A voice that is in a case already stays there. WrongState once the case is answered: a new one begins.
    """
    wanted = list(dict.fromkeys(references))
    known = set(session.scalars(select(CaseVoice.reference).where(CaseVoice.reference.in_(wanted))))
    fresh = [one for one in wanted if one not in known]
    if not fresh:
        return 0
    if case.state not in OPEN:
        raise WrongState(state=case.state_label)
    seq = record("case.joined", subject_of(case), by=by, after={"voices": fresh})
    session.add_all(CaseVoice(case_id=case.id, reference=one, chain_seq=seq) for one in fresh)
    case.voices += len(fresh)
    session.flush()
    return len(fresh)
