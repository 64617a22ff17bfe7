"""Commands of running a school: the restore drill, what is forgotten, what is stored."""

import json
import sys
from pathlib import Path

import click

from kiosk.cli import with_app
from kiosk.core import config
from kiosk.core.actor import Actor
from kiosk.core.db import transaction
from kiosk.core.errors import Invalid
from kiosk.core.i18n import _, lazy
from kiosk.core.terminal import AS_JSON, command, group, option
from kiosk.core.trace import record
from kiosk.operation import drill, notes, retention, stored
from kiosk.operation.forgetting import scrub

BY = Actor("command line")


@command("drill")
@AS_JSON
@with_app
def try_restore(as_json: bool) -> None:
    """Restore the newest backup into a temporary folder, check all that it holds, and time it."""
    outcome = drill.drill(config.current())
    notes.write(config.current(), "drill", **outcome.as_dict())
    if as_json:
        click.echo(json.dumps(outcome.as_dict(), ensure_ascii=False))
    else:
        for problem in outcome.problems:
            click.echo(problem)
        click.echo(_sentence(outcome))
    sys.exit(0 if outcome.ok else 1)


def _sentence(outcome: drill.Drill) -> str:
    facts = _(
        "%(file)s: %(size)s MB, %(ratings)s ratings, restored in %(seconds)s s, checked in %(check)s s",
        file=outcome.file,
        size=outcome.megabytes,
        ratings=outcome.ratings,
        seconds=outcome.seconds,
        check=outcome.check_seconds,
    )
    return f"{facts}: {_('all is well') if outcome.ok else _('NOT WHOLE')}"


@command("retention")
@option("--dry-run", is_flag=True, help="Only tell what would be erased.")
@AS_JSON
@with_app
def forget(dry_run: bool, as_json: bool) -> None:
    """Erase what has been kept long enough, as the server does each day by itself."""
    if dry_run:
        erased = {**retention.due(), "databases": len(retention.old_databases(config.current()))}
    else:
        with transaction():
            erased = retention.forget(by=BY)
        scrub(config.current())
        erased["databases"] = retention.forget_databases(config.current())
        notes.write(config.current(), "retention", ok=True, erased=erased)
    if as_json:
        click.echo(json.dumps({"dry_run": dry_run, "erased": erased}))
        return
    for name, number in erased.items():
        click.echo(f"{retention.what(name)}: {number}")


@group()
def audit() -> None:
    """For the yearly audit."""


@audit.command("export")
@click.argument("target", type=click.Path(path_type=Path))
@with_app
def export(target: Path) -> None:
    """Write what is stored, how much, and who looked, to a folder, or to a file that ends with .zip."""
    with transaction():
        record("stored.exported", "operation:stored", by=BY)
    try:
        if target.suffix == ".zip":
            target.write_bytes(stored.as_zip(config.current()))
        else:
            target.mkdir(parents=True, exist_ok=True)
            for name, content in stored.as_files(config.current()).items():
                (target / name).write_bytes(content)
    except OSError as error:
        message = lazy("%(file)s cannot be written: %(error)s")
        raise Invalid(message, file=str(target), error=error.strerror or str(error)) from error
    click.echo(str(target))


commands = [try_restore, forget, audit]
