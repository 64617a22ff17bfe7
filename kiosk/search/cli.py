"""The search on the command line."""

import click

from kiosk.cli import with_app
from kiosk.core.db import transaction
from kiosk.core.i18n import ngettext
from kiosk.core.terminal import group
from kiosk.search import services


@group()
def search() -> None:
    """What everybody can find."""


@search.command("rebuild")
@with_app
def rebuild() -> None:
    """Make everything that is searched anew; kiosk check says when that is needed."""
    with transaction():
        number = services.rebuild()
    click.echo(ngettext("%(num)s entry can be found.", "%(num)s entries can be found.", number))


commands = [search]
