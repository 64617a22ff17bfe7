"""The school's calendar on the command line."""

import json
from datetime import date, datetime
from pathlib import Path

import click
from flask_babel import format_date

from kiosk.cli import with_app
from kiosk.core.actor import Actor
from kiosk.core.db import transaction
from kiosk.core.errors import Invalid
from kiosk.core.i18n import _, lazy, listed
from kiosk.core.terminal import AS_JSON, group, option, read_bytes
from kiosk.school import queries, served_files, services
from kiosk.school.models import FROM_FILE
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


@group()
def meals() -> None:
    """Meals served."""


@meals.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@option("--canteen", help="Where rows belong that name no canteen.")
@option("--place", "placed", multiple=True, help="Where a terminal stands, as TERMINAL=CANTEEN; - for none.")
@option("--replace", is_flag=True, help="Let the file's numbers take the place of others.")
@option("--dry-run", is_flag=True, help="Only say what it would bring.")
@AS_JSON
@with_app
def bring(
    file: Path, canteen: str | None, placed: tuple[str, ...], replace: bool, dry_run: bool, as_json: bool
) -> None:
    """Enter the meals of the card system's FILE; what is entered already is entered once."""
    if not queries.in_use().get(queries.MEALS_SERVED.name):
        raise Invalid(lazy("The school does not count meals: switch “Meals served” on first."))
    known = {one.code for one in queries.canteens()}
    if canteen is not None and canteen not in known:
        raise Invalid(lazy("There is no canteen %(code)s."), code=canteen)
    said = dict(text.rpartition("=")[::2] for text in placed)
    found = served_files.read(read_bytes(file), file.name)
    places = served_files.known_places(found, canteen)
    places |= {name: "" if code == "-" else code for name, code in said.items()}
    preview = served_files.preview(found, places)
    if preview.unplaced:
        names = listed(place or "–" for place in preview.unplaced)
        raise Invalid(lazy("Say where these are, with --place or --canteen: %(names)s"), names=names)
    brought = preview.new + (preview.changed if replace else [])
    if not dry_run:
        with transaction(wait=30):
            services.place_terminals(
                by=Actor("command line"), places={name: code for name, code in places.items() if name}
            )
            services.enter_served(
                by=Actor("command line"),
                numbers={one.slot: one.number for one in brought},
                source=FROM_FILE,
            )
    click.echo(json.dumps(_counted(preview), ensure_ascii=False) if as_json else _said(preview, replace))
    for unread in found.unread[: served_files.MOST_TOLD]:
        click.echo(f"  {unread.row}: {unread.why}", err=True)
    if preview.changed and not replace and not dry_run:
        raise Invalid(
            lazy("%(n)s numbers differ from what is entered; add --replace to change them."),
            n=len(preview.changed),
        )


def _counted(preview: served_files.Preview) -> dict[str, object]:
    found = preview.found
    return {
        "rows": found.rows,
        "new": [[*map(str, one.slot), one.number] for one in preview.new],
        "changed": [[*map(str, one.slot), one.before, one.number] for one in preview.changed],
        "same": preview.same,
        "left_out": dict(found.left_out),
        "twice": found.twice,
        "unread": [{"row": one.row, "why": str(one.why)} for one in found.unread],
    }


def _said(preview: served_files.Preview, replace: bool) -> str:
    found = preview.found
    lines = [
        _(
            "%(rows)s rows: %(new)s new numbers, %(changed)s that differ, %(same)s entered before; "
            "%(unread)s rows not read, %(left)s left out",
            rows=found.rows,
            new=len(preview.new),
            changed=len(preview.changed),
            same=preview.same,
            unread=len(found.unread),
            left=sum(found.left_out.values()) + found.twice,
        )
    ]
    lines += [f"  {' '.join(map(str, one.slot))}  {one.number}" for one in preview.new]
    arrow = "→" if replace else "≠"
    lines += [
        f"  {' '.join(map(str, one.slot))}  {one.before} {arrow} {one.number}" for one in preview.changed
    ]
    return "\n".join(lines)


commands = [school, meals]
