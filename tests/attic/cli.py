"""The attic's command."""

import click


@click.command("attic")
def look() -> None:
    """Say what lies in the attic."""
    click.echo("dust")


commands = [look]
