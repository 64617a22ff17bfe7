"""Commands of samples and measurements: demo, bench."""

import json
import time
from pathlib import Path

import click

from kiosk.cli import with_app
from kiosk.core.config import locate
from kiosk.core.i18n import _
from kiosk.core.terminal import AS_JSON, command, group

MOST_DAYS = 2500
"""Ten years of weekdays."""


@command()
def demo() -> None:
    """Make the sample school; only where there is no school yet."""
    from kiosk.sample.demo import make

    instance = locate()
    began = time.monotonic()
    make(Path(instance.folder))
    click.echo(f"{_('Sample Middle School')}: {instance.folder} ({time.monotonic() - began:.0f} s)")


@group()
def bench() -> None:
    """Measuring."""


@bench.command("fill")
@click.argument("number", type=int, metavar="N")
@click.option("--posted", type=click.IntRange(0, MOST_DAYS), metavar="DAYS")
@AS_JSON
@with_app
def fill(number: int, posted: int | None, as_json: bool) -> None:
    """Make N plausible ratings, and postings of the last DAYS weekdays, in bulk."""
    from kiosk.sample import filler

    began = time.monotonic()
    amounts = filler.fill(number, posted=posted)
    seconds = round(time.monotonic() - began, 1)
    if as_json:
        click.echo(json.dumps({**amounts._asdict(), "seconds": seconds}))
        return
    text = _(
        "%(ratings)s ratings and %(sheets)s sheets on %(days)s days in %(seconds)s s",
        seconds=seconds,
        **amounts._asdict(),
    )
    click.echo(text)


commands = [demo, bench]
