"""The budget on the command line."""

import json

import click

from kiosk.budgets import queries
from kiosk.budgets.models import PLANNED
from kiosk.budgets.queries import Position
from kiosk.cli import with_app
from kiosk.core.errors import Invalid, NotFound
from kiosk.core.formats import fen_to_text
from kiosk.core.i18n import lazy
from kiosk.core.terminal import AS_JSON, group, option

FIGURES = ("planned", "committed", "spent", "available")


@group()
def budget() -> None:
    """The budget of a term."""


@budget.command("position")
@option("--term", help="The term's number; without it the one that runs.")
@AS_JSON
@with_app
def position(term: str | None, as_json: bool) -> None:
    """How each line stands: planned, committed, spent, available, in yuan."""
    try:
        found = queries.shown_term(term)
    except NotFound:
        raise Invalid(lazy("There is no term %(number)s."), number=term) from None
    if found is None:
        raise Invalid(lazy("No term is entered yet."))
    lines = queries.positions(found.id)
    if as_json:
        told = {"term": found.name, "number": found.id, "lines": [_plain(one) for one in lines]}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    if not lines:
        raise Invalid(lazy("No budget of %(term)s is approved yet."), term=found.name)
    click.echo("\t".join((found.name, *map(str, HEADS))))
    for one in lines:
        click.echo("\t".join((one.label, *(fen_to_text(getattr(one, name)) for name in FIGURES))))


HEADS = (lazy("Planned"), lazy("Committed"), lazy("Money spent"), lazy("Available"))


def _plain(one: Position) -> dict[str, object]:
    figures = {name: PLANNED.plain(getattr(one, name)) for name in FIGURES}
    words = {"line": one.line, "name": one.name, "class": one.item_class, "earmarked": one.earmarked}
    return {**words, **figures}


commands = [budget]
