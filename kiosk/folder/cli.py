"""The inspector's folder on the command line."""

import os
from pathlib import Path
from secrets import token_hex

import click

from kiosk.cli import with_app
from kiosk.core.actor import Actor
from kiosk.core.db import transaction
from kiosk.core.errors import Invalid
from kiosk.core.i18n import lazy
from kiosk.core.terminal import command, option
from kiosk.core.trace import record
from kiosk.folder.archive import Folder, NoPeriod
from kiosk.school import queries as school

BY = Actor("command line")


@command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@option("--month", metavar="YYYY-MM", help="The month.")
@option("--term", metavar="NAME", help="The term, by its name.")
@with_app
def folder(file: Path, month: str | None, term: str | None) -> None:
    """Write everything that was posted for a month or a term to FILE, a ZIP for an inspector."""
    made = Folder(_period(month, term))
    with transaction():
        record("folder.exported", f"folder:{made.period}", by=BY, after={"period": made.period})
    part = file.with_name(f".{file.name}.{token_hex(4)}.part")
    try:
        with part.open("wb") as target:
            target.writelines(made.parts())
            os.fsync(target.fileno())
        part.replace(file)
    except OSError as error:
        message = lazy("%(file)s cannot be written: %(error)s")
        raise Invalid(message, file=str(file), error=error.strerror or str(error)) from error
    finally:
        part.unlink(missing_ok=True)
    click.echo(str(file))


def _period(month: str | None, term: str | None) -> str:
    if (month is None) is (term is None):
        raise NoPeriod
    if term is None:
        return month or ""
    found = next((one for one in school.terms() if one.name == term), None)
    if found is None:
        raise Invalid(lazy("There is no term “%(term)s”."), term=term)
    return f"T{found.id}"


commands = [folder]
