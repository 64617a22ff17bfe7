"""Commands of ratings: passes, closing meals, the export."""

import json

import click

from kiosk.cli import back_up, with_app
from kiosk.core import config, served
from kiosk.core.actor import KIOSK
from kiosk.core.db import transaction
from kiosk.core.errors import Invalid
from kiosk.core.i18n import _, lazy
from kiosk.core.terminal import AS_JSON, command, group, option
from kiosk.counters import queries as counters
from kiosk.presence import services as presence
from kiosk.ratings import queries, services

MOST_PASSES = 100_000


@command("pass")
@click.argument("code", metavar="COUNTER")
@option("--count", default=1, metavar="N", help="How many passes, one visitor each (default: 1).")
@AS_JSON
@with_app
def issue(code: str, count: int, as_json: bool) -> None:
    """Print phone passes for a counter, one a line, valid until tomorrow's end.

    Each is the end of a whole address, where the server's address is known.
    """
    if not 1 <= count <= MOST_PASSES:
        raise Invalid(lazy("Choose between 1 and %(most)s slips at a time."), most=MOST_PASSES)
    counter, public = counters.counter(code), served.address(config.current())
    passes = [presence.issue_pass(counter=counter, channel="slip") for _ in range(count)]
    if as_json:
        until = presence.read_pass(passes[0]).expires_at.isoformat()
        facts = {"counter": counter.code, "expires_at": until, "passes": passes}
        click.echo(
            json.dumps({**facts, "addresses": [f"{public}/r/{text}" for text in passes] if public else []})
        )
        return
    click.echo("\n".join(f"{public}/r/{text}" if public else text for text in passes))
    if not public:
        click.echo(served.missing(), err=True)


@group()
def meal() -> None:
    """Meals: what happens when one is over."""


@meal.command("close")
@option("--all", "everything", is_flag=True, help="Also the meals that are not over yet.")
@AS_JSON
@with_app
def close(everything: bool, as_json: bool) -> None:
    """Decide marks, destroy the meals' keys, seal the ratings of every meal that is over, and back up."""
    with transaction():
        closing = services.close_meals(by=KIOSK, everything=everything)
    if closing:
        back_up()
    if as_json:
        meals = [{"day": str(meal.day), "meal": meal.meal, "marked": meal.marked} for meal in closing.meals]
        seal = closing.seal and {
            "number": closing.seal.number,
            "ratings": closing.seal.count,
            "digest": closing.seal.digest,
        }
        click.echo(json.dumps({"meals": meals, "seal": seal}))
        return
    for meal in closing.meals:
        click.echo(f"{meal.day} {meal.meal}: {_('closed, %(n)s ratings marked', n=meal.marked)}")
    if closing.seal:
        facts = {"number": closing.seal.number, "ratings": closing.seal.count, "digest": closing.seal.digest}
        click.echo(_("seal %(number)s: %(ratings)s ratings, %(digest)s", **facts))
    if not closing:
        click.echo(_("nothing to close"))


@group()
def ratings() -> None:
    """Ratings as they are stored."""


@ratings.command("export")
@with_app
def export() -> None:
    """Print every stored rating as a JSON line, in the order of recording."""
    for row in queries.export():
        click.echo(json.dumps(row, ensure_ascii=False))


commands = [issue, meal, ratings]
