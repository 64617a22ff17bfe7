"""Writes of tablets: enrolment, settings, signs of life, what was refused, the PIN."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Forbidden
from kiosk.core.field import Line
from kiosk.core.i18n import lazy
from kiosk.core.security import fingerprint, new_code, new_key, sign
from kiosk.core.trace import record
from kiosk.counters import queries
from kiosk.counters.models import (
    SCALE,
    TABLET_NAME,
    THEME,
    Counter,
    EnrolCode,
    Heard,
    Heartbeat,
    RefusedEntry,
    Tablet,
)
from kiosk.school.services import change_settings

ENROL_LIFE = timedelta(minutes=10)
BEAT_KEPT = timedelta(seconds=55)
"""A sign of life that tells nothing new is written down once in so long."""
HEARD_APART = timedelta(minutes=10)
"""Signs of life that are no farther apart belong to one stretch of time."""
CLOCK_SLACK = 2
"""Seconds by which a tablet's clock may wander before that is news."""
PIN = Line(
    name="pin",
    label=lazy("New PIN"),
    longest=8,
    missing=lazy("A PIN has 4 to 8 digits."),
    pattern="[0-9]{4,8}",
    wrong=lazy("A PIN has 4 to 8 digits."),
    hint=lazy("4 to 8 digits, the same for all tablets. The old one ends at once."),
)
"""Opens the tablets' menu."""
PIN_ROUNDS = 10_000
"""PBKDF2 rounds: a tenth of a second on a slow tablet, which has no other help than plain JavaScript."""


def open_enrolment(*, by: Actor, counter: Counter) -> str:
    """A code of eight characters that enrols one tablet at the counter, once, within ten minutes."""
    code = new_code(8)
    session.add(
        EnrolCode(counter_id=counter.id, code_hash=fingerprint(code), expires_at=clock.now() + ENROL_LIFE)
    )
    record("tablet.enrolment_opened", f"counter:{counter.code}", by=by)
    return code


def enrol(*, code: str) -> tuple[str, Counter]:
    """Use a code: the new tablet's device key and its counter. Forbidden for a code that opens nothing."""
    enrolment = queries.enrol_code(code)
    if enrolment is None:
        raise Forbidden(lazy("This code is wrong, used or older than ten minutes. Please ask for a new one."))
    enrolment.used_at = clock.now()
    return add_tablet(by=Actor("tablet"), counter=enrolment.counter), enrolment.counter


def add_tablet(*, by: Actor, counter: Counter) -> str:
    """Enrol a tablet at the counter and return its device key, which nobody sees a second time."""
    key = new_key()
    tablet = Tablet(counter_id=counter.id, key_hash=fingerprint(key), enrolled_at=clock.now())
    session.add(tablet)
    session.flush()
    record("tablet.enrolled", f"counter:{counter.code}", by=by, after={"tablet": tablet.id})
    return key


def page_cookie(tablet: Tablet) -> str:
    """What tells the server that a browser is to see the tablet's page.

    It names the tablet and opens nothing: no rating can be stored with it. Authority is the device key alone.
    """
    return sign(queries.PAGE, tablet.id.to_bytes(8, "big"))


def change_tablet(
    *, by: Actor, tablet: Tablet, name: str, scale: int, theme: str, voice: bool | None = None
) -> None:
    """Name a tablet; set type size (100–150 %), theme (light, dark, schedule) and whether it speaks."""
    name, scale, theme = TABLET_NAME.read(name), SCALE.read(scale), THEME.read(theme)
    before = _shows(tablet)
    tablet.name, tablet.scale, tablet.theme = name, scale, theme
    tablet.voice = tablet.voice if voice is None else voice
    after = _shows(tablet)
    record("tablet.changed", f"tablet:{tablet.id}", by=by, before=before, after=after)


def _shows(tablet: Tablet) -> dict[str, Any]:
    return {"name": tablet.name, "scale": tablet.scale, "theme": tablet.theme, "voice": bool(tablet.voice)}


def revoke_tablet(*, by: Actor, tablet: Tablet) -> None:
    """A tablet that was lost or replaced: its key opens nothing any more."""
    if tablet.revoked_at is None:
        tablet.revoked_at = clock.now()
        record("tablet.revoked", f"tablet:{tablet.id}", by=by)


def is_news(before: Heartbeat | None, *, unsent: int, refused: int, version: str, ahead: int) -> bool:
    """Whether a sign of life is worth a write: it tells something new, or the last one is a minute old."""
    return (
        before is None
        or not timedelta() <= clock.now() - before.seen_at < BEAT_KEPT
        or (before.unsent, before.refused, before.version) != (unsent, refused, version)
        or abs(before.ahead - ahead) > CLOCK_SLACK
    )


def note_heartbeat(*, tablet: Tablet, unsent: int, refused: int, version: str, ahead: int) -> None:
    """Note a tablet's sign of life; `ahead` is by how many seconds its clock is ahead of ours."""
    session.merge(
        Heartbeat(
            tablet_id=tablet.id,
            seen_at=clock.now(),
            unsent=unsent,
            refused=refused,
            version=version,
            ahead=ahead,
        )
    )
    hear(tablet=tablet, since=clock.now(), until=clock.now())


def hear(*, tablet: Tablet, since: datetime, until: datetime) -> None:
    """Keep that a tablet was heard throughout a time, as one stretch with what came shortly before it."""
    query = select(Heard).where(Heard.tablet_id == tablet.id).order_by(Heard.id.desc()).limit(1)
    last = session.scalar(query)
    if (
        last is not None
        and last.counter_id == tablet.counter_id
        and last.since <= since <= last.until + HEARD_APART
    ):
        last.until = max(last.until, until)
    else:
        session.add(Heard(tablet_id=tablet.id, counter_id=tablet.counter_id, since=since, until=until))
    session.flush()


def note_refused(*, tablet: Tablet, rating_id: UUID, status: int, code: str, why: str, content: Any) -> None:
    """Keep what a tablet could not deliver, once, so that the office can read it and why."""
    is_note = bool(
        content.get("reasons") or content.get("comment") or content.get("staff") or content.get("taken_back")
    )
    same = (
        RefusedEntry.tablet_id == tablet.id,
        RefusedEntry.rating_id == rating_id,
        RefusedEntry.is_note == is_note,
    )
    if session.scalar(select(RefusedEntry.id).where(*same)) is not None:
        return
    session.add(
        RefusedEntry(
            tablet_id=tablet.id,
            rating_id=rating_id,
            is_note=is_note,
            status=status,
            code=code,
            why=why,
            content=content,
            reported_at=clock.now(),
        )
    )
    session.flush()


def settle_refused(*, by: Actor, tablet: Tablet) -> int:
    """The office has seen what the tablet could not deliver: how many entries; the tablet drops them."""
    waiting = [entry for entry in queries.refused_entries(tablet) if entry.settled_at is None]
    for entry in waiting:
        entry.settled_at, entry.settled_by = clock.now(), str(by)
    if waiting:
        record("tablet.refused_settled", f"tablet:{tablet.id}", by=by, after={"count": len(waiting)})
    return len(waiting)


def set_pin(*, by: Actor, pin: str) -> None:
    """Set the PIN that opens the tablets' menu (4 to 8 digits); they learn it with their next sign of life.

    Only a salted hash is kept, which the tablets check offline, too. Raises Invalid for anything else.
    """
    digits, salt = PIN.read(pin), secrets.token_bytes(16)
    digest = hashlib.pbkdf2_hmac("sha256", digits.encode(), salt, PIN_ROUNDS)
    change_settings(by=by, tablet_pin={"salt": salt.hex(), "rounds": PIN_ROUNDS, "hash": digest.hex()})


def announce_epoch(*, by: Actor) -> str:
    """A new epoch: every tablet sends again what it had delivered in the last seven days; each counts once.

    `kiosk restore` does so by itself; this is for a database that was brought back with its own tools.
    """
    epoch = secrets.token_hex(8)
    change_settings(by=by, epoch=epoch)
    return epoch
