"""Commands of samples and measurements: demo, bench."""

import time
from pathlib import Path

import click

from kiosk.core.config import locate


@click.command()
def demo() -> None:
    """Make the sample school; only where there is no school yet."""
    from kiosk.demo import make

    instance = locate()
    began = time.monotonic()
    make(Path(instance.folder))
    click.echo(f"示例中学 / Sample Middle School: {instance.folder} ({time.monotonic() - began:.0f} s)")


commands = [demo]
