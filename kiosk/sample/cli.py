"""Commands of samples and measurements: demo, bench."""

import json
import time
from pathlib import Path

import click

from kiosk.cli import with_app
from kiosk.core.config import locate


@click.command()
def demo() -> None:
    """Make the sample school; only where there is no school yet."""
    from kiosk.sample.demo import make

    instance = locate()
    began = time.monotonic()
    make(Path(instance.folder))
    click.echo(f"示例中学 / Sample Middle School: {instance.folder} ({time.monotonic() - began:.0f} s)")


@click.group()
def bench() -> None:
    """Measuring."""


@bench.command("fill")
@click.argument("number", type=int, metavar="N")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
@with_app
def fill(number: int, as_json: bool) -> None:
    """Make N plausible ratings, and postings, in bulk."""
    from kiosk.sample import filler

    began = time.monotonic()
    made = filler.fill(number)
    seconds = round(time.monotonic() - began, 1)
    if as_json:
        click.echo(json.dumps({**made._asdict(), "seconds": seconds}))
        return
    click.echo(f"{made.ratings} ratings and {made.sheets} sheets on {made.days} days in {seconds} s")


commands = [demo, bench]
