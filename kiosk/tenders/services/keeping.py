"""What every step of a tender does: ask who acts, and keep a version."""

from typing import Any

from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Forbidden
from kiosk.core.trace import record
from kiosk.steps.services import digest
from kiosk.tenders.models import NEED, Tender, TenderVersion
from kiosk.tenders.queries import Need, Notice, content_of
from kiosk.tenders.refusals import Changed


def person_of(by: Actor) -> int:
    """The number of the person who acts; Forbidden for what is none."""
    if by.person is None:
        raise Forbidden
    return by.person


def ask_state(found: Tender, *states: str) -> None:
    """Changed where a tender is in none of these states."""
    if found.state not in states:
        raise Changed(number=found.id, state=found.label)


def ask_version(found: Tender, seen: int) -> None:
    """Changed where the last version is another than was looked at."""
    if not found.versions or found.versions[-1].number != seen:
        raise Changed(number=found.id, state=found.label)


def keep(by: Actor, found: Tender, part: str, said: Need | Notice) -> TenderVersion:
    """Keep a version of a need or a notice; from now on it never changes."""
    content = content_of(said)
    number = len(found.versions) + 1
    first = not any(one.part == part for one in found.versions)
    action = {
        (NEED, True): "tender.needed",
        (NEED, False): "tender.need_changed",
        ("notice", True): "tender.noticed",
        ("notice", False): "tender.notice_changed",
    }[part, first]
    own = digest(content.encode())
    after: dict[str, Any] = {"version": number, "hash": own}
    if isinstance(said, Need):
        after |= {"title": said.title, "subject": said.subject, "pricing": said.pricing}
        after |= {"estimate": said.estimate, "lines": len(said.lines)}
    else:
        after |= {"deadline": said.deadline, "opens": said.opens, "tie": said.tie, "reason": said.reason}
    row = TenderVersion(
        number=number,
        part=part,
        content=content,
        hash=own,
        person_id=person_of(by),
        account=str(by),
        at=clock.now(),
        chain_seq=record(action, found.subject, by=by, after=after),
    )
    found.versions.append(row)
    session.flush()
    return row
