"""Purchases and prices on the command line."""

import json
from pathlib import Path
from typing import Any

import click

from kiosk.cli import with_app
from kiosk.core.db import transaction
from kiosk.core.errors import Invalid, NotFound
from kiosk.core.formats import fen_to_text
from kiosk.core.i18n import lazy
from kiosk.counters.queries import canteen as canteen_with
from kiosk.purchasing import imports, market
from kiosk.purchasing.ledger import Preview, preview_json

BY = "command line"
FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
SHEET = click.option("--sheet", help="The table of the workbook to read.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="For programs.")


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Invalid(
            lazy("%(file)s cannot be read: %(error)s"), file=str(file), error=error.strerror
        ) from error


@click.group()
def purchases() -> None:
    """Purchase sheets."""


@purchases.command("preview")
@FILE
@SHEET
@AS_JSON
@with_app
def preview(file: Path, sheet: str | None, as_json: bool) -> None:
    """What an import would do: lines with their row numbers, problems. Changes nothing."""
    found = imports.preview(_bytes(file), file.name, table=sheet)
    if as_json:
        click.echo(json.dumps(preview_json(found), ensure_ascii=False))
    else:
        _print(found)
    if not found.sheets:
        raise Invalid(found.problems[0].message if found.problems else lazy("There is nothing to bring in."))


def _print(found: Preview) -> None:
    for sheet in found.sheets:
        total = fen_to_text(sheet.total_fen)
        click.echo(f"{sheet.date or '????-??-??'}  {sheet.number or '-'}  {len(sheet.lines)}  {total}")
        for line in sheet.lines:
            figures = f"{line.quantity:f} {line.unit} × {line.unit_price:f} = {line.amount:f}"
            click.echo(
                f"  {line.row:>4}  {line.item_class}  {line.item} {line.specification}"
                f"  {figures}  {line.supplier}"
            )
    for problem in found.problems:
        place = f"{problem.row}{problem.column}: " if problem.row else ""
        click.echo(f"{problem.severity}: {place}{problem.message}", err=True)


@purchases.command("import")
@FILE
@click.option("--canteen", required=True, help="The canteen's code.")
@SHEET
@click.option("--post", is_flag=True, help="Post at once; otherwise drafts are made.")
@click.option("--skip-bad", is_flag=True, help="Leave lines that cannot be read outside.")
@AS_JSON
@with_app
def bring_in(file: Path, canteen: str, sheet: str | None, post: bool, skip_bad: bool, as_json: bool) -> None:
    """Bring in a ledger file, all or nothing. A paper sheet that is posted already is passed over."""
    try:
        place = canteen_with(canteen)
    except NotFound:
        raise Invalid(lazy("There is no canteen %(code)s."), code=canteen) from None
    data = _bytes(file)
    with transaction():
        waiting = imports.keep(by=BY, canteen=place, data=data, file_name=file.name, table=sheet)
        now = imports.shown(waiting)
        if not now.sheets:
            raise Invalid(now.refusals[0] if now.refusals else lazy("There is nothing to bring in."))
        _refuse_bad(now, skip_bad)
        passed_over = [one.number for one in now.sheets if one.choice == "skip"]
        everything_there = len(passed_over) == len(now.sheets)
        made = (
            [] if everything_there else imports.confirm(by=BY, waiting=waiting, post=post, leave_out=skip_bad)
        )
        if everything_there:
            imports.discard(by=BY, waiting=waiting)
        report: dict[str, Any] = {
            "sheets": [
                {
                    "id": version.sheet_id,
                    "date": version.sheet.day.isoformat(),
                    "number": version.sheet.number,
                    "total_fen": version.total,
                    "posted": version.posted_at is not None,
                }
                for version in made
            ],
            "passed_over": passed_over,
        }
    _report(report, as_json=as_json)


def _refuse_bad(now: imports.Shown, skip_bad: bool) -> None:
    for sheet in now.sheets:
        for text in sheet.errors.values():
            raise Invalid(f"{sheet.number}: {text}")
        for line in sheet.lines:
            if line.line is None and not skip_bad:
                name, text = next(iter(line.errors.items()))
                raise Invalid(f"{line.row}{line.columns.get(name, '')}: {text}")


def _report(report: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    for sheet in report["sheets"]:
        click.echo(f"{sheet['date']}  {sheet['number'] or '-'}  {fen_to_text(sheet['total_fen'])}")
    for number in report["passed_over"]:
        click.echo(str(lazy("%(number)s is posted already; passed over.", number=number)))


@click.group()
def prices() -> None:
    """Wholesale reference prices."""


@prices.command("import")
@FILE
@AS_JSON
@with_app
def import_prices(file: Path, as_json: bool) -> None:
    """Bring in a market's daily prices (CSV); what is there already is passed over."""
    rows, swapped = market.read_prices(_bytes(file))
    with transaction():
        added = market.store_prices(by=BY, rows=rows)
    report = {"rows": len(rows), "added": added, "swapped": swapped}
    if as_json:
        click.echo(json.dumps(report))
        return
    click.echo(
        str(
            lazy(
                "%(added)s prices added; %(old)s were there already or twice in the file.",
                added=added,
                old=len(rows) - added,
            )
        )
    )
    if swapped:
        click.echo(
            str(lazy("The headers of highest and average price were exchanged in this file; read rightly."))
        )


commands = [purchases, prices]
