"""The school's calendar on the command line."""

import json
from datetime import date, datetime

import click
from flask_babel import format_date

from kiosk.cli import with_app
from kiosk.core.errors import Invalid
from kiosk.core.i18n import _, lazy
from kiosk.core.terminal import AS_JSON, group
from kiosk.school import queries
from kiosk.school.queries import Due
from kiosk.school.queries.due import Stretch

WRITTEN = lazy("Please write the day like 2026-11-27, or with a time: 2026-11-27T17:00.")
OPEN = lazy("open until the next term is entered")


@group()
def school() -> None:
    """The school's calendar."""


@school.command("due")
@click.argument("received", metavar="DATE")
@click.argument("number", type=int, metavar="N")
@AS_JSON
@with_app
def due(received: str, number: int, as_json: bool) -> None:
    """Until when something is due N school days after DATE, which may carry a time, like 2026-11-27T17:00."""
    deadline = queries.due(_received(received), number)
    if as_json:
        click.echo(json.dumps(_plain(deadline), ensure_ascii=False))
    else:
        click.echo("\n".join(_lines(deadline)))


def _received(text: str) -> date | datetime:
    """A day, or a moment; one without a zone is the school's local time."""
    try:
        if len(text) == len("2026-11-27"):
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(
            lazy("Please write the day like 2026-11-27, or with a time: 2026-11-27T17:00.")
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=queries.zone())


def _plain(deadline: Due) -> dict[str, object]:
    plain: dict[str, object] = {
        "due": deadline.day.isoformat() if deadline.day else None,
        "late_from": deadline.late_from.isoformat() if deadline.late_from else None,
        "counted": [day.isoformat() for day in deadline.counted],
        "left_out": [{"day": left.day.isoformat(), "why": str(left.why)} for left in deadline.left_out],
    }
    return plain if deadline.day else {**plain, "note": str(OPEN)}


def _span(stretch: Stretch) -> str:
    last = f" … {_day(stretch.last)}" if stretch.last > stretch.first else ""
    return f"{_day(stretch.first)}{last}"


def _lines(deadline: Due) -> list[str]:
    until = _("due by the end of %(day)s", day=_day(deadline.day)) if deadline.day else str(OPEN)
    counted = (f"  {number}. {_day(day)}" for number, day in enumerate(deadline.counted, 1))
    left_out = (f"  – {_span(stretch)}: {stretch.why}" for stretch in deadline.stretches)
    return [until, *counted, *left_out]


def _day(day: date) -> str:
    return f"{day} {format_date(day, 'EEE')}"


commands = [school]
