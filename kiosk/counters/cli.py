"""Canteens, counters and tablets on the command line."""

import json
from typing import Any

import click

from kiosk.cli import with_app
from kiosk.core import config, served
from kiosk.core.actor import Actor
from kiosk.core.db import transaction
from kiosk.core.errors import Invalid, NotFound
from kiosk.core.i18n import lazy
from kiosk.core.terminal import AS_JSON, group, option
from kiosk.counters import queries, services
from kiosk.counters.models import KINDS, Canteen, Counter

BY = Actor("command line")


def _report(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo("\t".join("" if value is None else str(value) for value in row.values()))


def _canteen(code: str) -> Canteen:
    try:
        return queries.canteen(code)
    except NotFound:
        raise Invalid(lazy("There is no canteen %(code)s."), code=code) from None


def _counter(code: str) -> Counter:
    try:
        return queries.counter(code)
    except NotFound:
        raise Invalid(lazy("There is no counter %(code)s."), code=code) from None


@group()
def canteen() -> None:
    """Canteens."""


@canteen.command("list")
@AS_JSON
@with_app
def list_canteens(as_json: bool) -> None:
    """All canteens: code, name, whether in use."""
    canteens = queries.canteens(everything=True)
    _report(
        [{"code": canteen.code, "name": canteen.name, "active": canteen.active} for canteen in canteens],
        as_json=as_json,
    )


@canteen.command("add")
@click.argument("code")
@option("--name", required=True, help="The name shown.")
@option("--name-en", default="", help="The name on English pages.")
@with_app
def add_canteen(code: str, name: str, name_en: str) -> None:
    """Add a canteen under CODE (small letters, digits, hyphens)."""
    with transaction():
        services.add_canteen(by=BY, code=code, name=name, name_en=name_en)
    click.echo(code)


@group()
def counter() -> None:
    """Counters."""


@counter.command("list")
@AS_JSON
@with_app
def list_counters(as_json: bool) -> None:
    """All counters: code, name, kind, canteen, whether in use."""
    rows = [
        {
            "code": counter.code,
            "name": counter.name,
            "kind": counter.kind,
            "canteen": counter.canteen.code if counter.canteen else None,
            "active": counter.active,
        }
        for counter in queries.counters(everything=True)
    ]
    _report(rows, as_json=as_json)


@counter.command("add")
@click.argument("code")
@option("--name", required=True, help="The name shown.")
@option("--name-en", default="", help="The name on English pages.")
@option("--kind", required=True, type=click.Choice(list(KINDS)), help="Decides the reasons offered.")
@option("--canteen", "canteen_code", help="The canteen it belongs to; needed only where there are several.")
@option("--sign", default="", help="The number or character on the window.")
@with_app
def add_counter(code: str, name: str, name_en: str, kind: str, canteen_code: str | None, sign: str) -> None:
    """Add a counter under CODE (small letters, digits, hyphens); it stands in its addresses."""
    with transaction():
        owner = _canteen(canteen_code) if canteen_code else None
        services.add_counter(
            by=BY, code=code, name=name, name_en=name_en, kind=kind, canteen=owner, sign=sign
        )
    click.echo(code)


@group()
def tablet() -> None:
    """Tablets."""


@tablet.command("enrol")
@click.argument("counter")
@option("--now", is_flag=True, help="Print a device key instead of an address.")
@AS_JSON
@with_app
def enrol(counter: str, now: bool, as_json: bool) -> None:
    """Print an address that enrols the tablet opening it at COUNTER, once, within ten minutes."""
    public = served.address(config.current())
    with transaction():
        owner = _counter(counter)
        if now:
            facts = {"counter": owner.code, "key": services.add_tablet(by=BY, counter=owner)}
        else:
            code = services.open_enrolment(by=BY, counter=owner)
            address = f"{public or ''}/c/{owner.code}?enrol={code}"
            facts = {"counter": owner.code, "code": code, "address": address}
    if as_json:
        click.echo(json.dumps(facts))
        return
    click.echo(facts["key"] if now else facts["address"])
    if not now and not public:
        click.echo(served.missing(), err=True)


@tablet.command("resend")
@with_app
def resend() -> None:
    """Let every tablet send again what it delivered in the last seven days; each rating counts once.

    `kiosk restore` does so by itself. This is for a database brought back with its own tools.
    """
    with transaction():
        click.echo(services.announce_epoch(by=BY))


commands = [canteen, counter, tablet]
