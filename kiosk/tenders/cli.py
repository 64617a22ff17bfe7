"""Tender notices on the command line."""

import json
from pathlib import Path

import click

from kiosk.cli import with_app
from kiosk.core.actor import Actor
from kiosk.core.db import transaction
from kiosk.core.errors import Invalid
from kiosk.core.i18n import lazy, listed
from kiosk.core.room import is_on
from kiosk.core.terminal import AS_JSON, group, read_bytes
from kiosk.tenders import services
from kiosk.tenders.switch import SWITCH

BY = Actor("command line")
FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


@group()
def tenders() -> None:
    """Tenders."""


def _found(file: Path) -> services.Reading:
    if not is_on(SWITCH):
        raise Invalid(lazy("Tenders are switched off here."))
    found = services.read_notices(read_bytes(file), file.name)
    if not found.notices:
        raise Invalid(lazy("There is no notice of a canteen in this file."))
    return found


@tenders.command("preview")
@FILE
@AS_JSON
@with_app
def preview(file: Path, as_json: bool) -> None:
    """What an import would do: notices of canteens, what is empty, what is there. Changes nothing."""
    found = _found(file)
    if as_json:
        told = [
            {"row": one.row, **one.texts, "empty": list(one.empty), "posting": one.there}
            for one in found.notices
        ]
        click.echo(
            json.dumps(
                {"notices": told, "others": found.others, "untitled": found.untitled}, ensure_ascii=False
            )
        )
        return
    for one in found.notices:
        click.echo(f"{one.row:>4}  {one.texts.get('notice_type', '')}  {one.texts['title']}")
        if one.there:
            click.echo("      " + str(lazy("there already, posting %(n)s", n=one.there)))
        if one.empty:
            click.echo("      " + str(lazy("The file does not say: %(names)s", names=listed(one.empty_told))))
    told_numbers = {"n": len(found.notices), "others": found.others, "fresh": len(found.fresh)}
    click.echo(
        str(
            lazy("%(n)s notices of canteens, %(fresh)s of them new; %(others)s of other things are left out.")
        )
        % told_numbers
    )
    if found.untitled:
        click.echo(str(lazy("Rows without a title: %(names)s", names=listed(found.untitled))))


@tenders.command("import")
@FILE
@with_app
def bring(file: Path) -> None:
    """Import the notices of canteens as postings; what is there already stays as it is."""
    with transaction():
        found = _found(file)
        made = services.bring(by=BY, notices=found.notices)
    there = len(found.notices) - len(made)
    click.echo(str(lazy("%(n)s imported, %(there)s were there already.")) % {"n": len(made), "there": there})


commands = [tenders]
