"""Commands of running a school: the restore drill."""

import json
import sys

import click
from flask import current_app

from kiosk.cli import with_app
from kiosk.operation import drill, notes

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Report as JSON.")


@click.command("drill")
@AS_JSON
@with_app
def try_restore(as_json: bool) -> None:
    """Restore the newest backup into a temporary folder, check all that it holds, and time it."""
    instance = current_app.extensions["kiosk_instance"]
    done = drill.drill(instance)
    notes.write(instance, "drill", **done.as_dict())
    if as_json:
        click.echo(json.dumps(done.as_dict(), ensure_ascii=False))
    else:
        for problem in done.problems:
            click.echo(problem)
        click.echo(
            f"{done.file}: {done.megabytes} MB, {done.ratings} ratings, restored in {done.seconds} s, "
            f"checked in {done.check_seconds} s: {'all is well' if done.ok else 'NOT WHOLE'}"
        )
    sys.exit(0 if done.ok else 1)


commands = [try_restore]
