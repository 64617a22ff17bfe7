"""The inbox (收件箱): what the rooms put before a person, one's own first, and then by when it is due."""

from datetime import datetime
from typing import Any

from flask import url_for

from kiosk.auth.models import Account
from kiosk.chain import queries as chain
from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.duty import Duty
from kiosk.core.i18n import ngettext
from kiosk.core.recent import Recent
from kiosk.core.web import locale
from kiosk.overview import queries
from kiosk.school import queries as school

MOST, MOST_ON_PHONE = 4, 3
"""So many chips stand in the strip of the live view; of more, the last says how many there are."""
WIDE, PHONE = "wide", "phone"

_inboxes: Recent[tuple[Duty, ...]] = Recent(64)


def inbox(who: Actor) -> tuple[Duty, ...]:
    """What waits for an actor, in the language of the request.

    It is kept for as long as the chain's head and the minute are what they were: every page of the office
    says how much of it is one's own.
    """
    minute = clock.now().replace(second=0, microsecond=0)
    return _inboxes.of((chain.head(), minute, locale(), who), lambda: tuple(ordered(queries.duties(who))))


def ordered(duties: list[Duty]) -> list[Duty]:
    """What is dangerous first, then one's own, then by due time; what has none last."""
    return sorted(duties, key=lambda duty: (not duty.first, not duty.mine, duty.due is None, duty.due or 0))


def number_mine(account: Account) -> int:
    """How much waits for an account's person."""
    return sum(duty.mine for duty in inbox(account.actor))


def strip(who: Actor) -> list[dict[str, Any]]:
    """The inbox as rows of the live view, but for alerts: those change with every rating.

    What is dangerous comes first, then what is late, then what is due today.
    """
    now = clock.now()
    today = school.local(now).date()

    def rank(duty: Duty) -> tuple[bool, bool, bool]:
        is_due = duty.due is not None and school.local(duty.due).date() <= today
        return not duty.first, not duty.is_late(now), not is_due

    return [row(duty) for duty in sorted(inbox(who), key=rank) if duty.kind != "alert"]


def folded(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first rows, on one line, and how many more there are: fewer on a phone (`on`: phone, wide, "")."""
    wide, phone = _shown(rows, MOST), _shown(rows, MOST_ON_PHONE)
    top = [{**one, "on": "" if number < phone else WIDE} for number, one in enumerate(rows[:wide])]
    left = {WIDE: len(rows) - wide, PHONE: len(rows) - phone}
    return top + [_more(number, on) for on, number in left.items() if number]


def _shown(rows: list[dict[str, Any]], most: int) -> int:
    """How many rows stand there, where the last place may be taken by how many more there are."""
    return len(rows) if len(rows) <= most else most - 1


def _more(number: int, on: str) -> dict[str, Any]:
    text = ngettext("%(num)s more in the inbox", "%(num)s more in the inbox", number)
    return row(Duty(f"more:{on}", "", text, url_for("office.inbox.index"), kind="more"), on=on)


def row(duty: Duty, **more: Any) -> dict[str, Any]:
    """A row of the strip. The key is its name for as long as it stands there."""
    return {
        "kind": duty.kind,
        "key": duty.key,
        "state": duty.state,
        "text": duty.text,
        "url": duty.url,
        "ack": False,
        "alert": None,
        "on": "",
        **more,
    }


def told(duty: Duty, now: datetime, zone: Any) -> dict[str, Any]:
    """A duty as `/office/inbox.json` says it."""
    return {
        "key": duty.key,
        "kind": duty.kind,
        "text": duty.text,
        "url": duty.url,
        "due": duty.due.astimezone(zone).isoformat(timespec="seconds") if duty.due else None,
        "late": duty.is_late(now),
        "mine": duty.mine,
        "place": duty.place,
        "detail": duty.detail,
    }
