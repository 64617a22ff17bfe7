"""Purchases and prices on the command line."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from kiosk.cli import with_app
from kiosk.core.actor import Actor
from kiosk.core.db import transaction
from kiosk.core.errors import Invalid, NotFound
from kiosk.core.formats import fen_to_text
from kiosk.core.i18n import lazy, listed
from kiosk.core.terminal import AS_JSON, group, option, read_bytes
from kiosk.counters.models import Canteen
from kiosk.counters.queries import canteen as canteen_with
from kiosk.purchasing import imports, market
from kiosk.purchasing.ledger import (
    COLUMN_FIELDS,
    LedgerProblem,
    Preview,
    column_field,
    letters_to,
    placed,
    preview_json,
)

BY = Actor("command line")
MOST_PROBLEMS = 20
FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
SHEET = option("--sheet", help="The table of the workbook to read.")
COLUMNS = option("--columns", help="What each column is, as item,unit,quantity,unit_price; - for none.")
OPTIONS = {
    **dict.fromkeys(("jump", "strangers", "sure"), "--jumps-are-right"),
    **{"twice": "--twice-is-right", "unitless": "--no-unit-is-right"},
    "new_people": "--new-people-are-right",
}
"""The option that answers each question of an import with yes."""
AS_PURCHASES = option("--as-purchases", is_flag=True, help="Read it although its title says otherwise.")


def _columns(text: str | None) -> list[str] | None:
    """The fields of --columns: by their names, or by words such as stand above a column; - is not read."""
    if text is None:
        return None
    fields = []
    for word in text.replace("，", ",").split(","):
        name = word.strip()
        fields.append("" if name in ("", "-") else column_field(name))
    return fields


@group()
def purchases() -> None:
    """Purchase sheets."""


@purchases.command("preview")
@FILE
@SHEET
@COLUMNS
@AS_PURCHASES
@AS_JSON
@with_app
def preview(file: Path, sheet: str | None, columns: str | None, as_purchases: bool, as_json: bool) -> None:
    """What an import would do: lines with their row numbers, problems, what is not read. Changes nothing."""
    reading = imports.Reading(sheet, as_purchases, _columns(columns))
    found = imports.preview(read_bytes(file), file.name, reading)
    if as_json:
        click.echo(json.dumps(preview_json(found), ensure_ascii=False))
    else:
        _print(found)
    if not found.sheets:
        raise Invalid(found.problems[0].message if found.problems else lazy("There is nothing to import."))


def _print(found: Preview) -> None:
    for sheet in found.sheets:
        head = (
            sheet.date or "????-??-??",
            sheet.number or "-",
            len(sheet.lines),
            fen_to_text(sheet.total_fen),
        )
        click.echo("  ".join([*map(str, head), *([sheet.canteen] if sheet.canteen else [])]))
        for line in sheet.lines:
            figures = f"{line.quantity:f} {line.unit} × {line.unit_price:f} = {line.amount:f}"
            click.echo(
                f"  {line.row:>4}  {line.item_class}  {line.item} {line.specification}"
                f"  {figures}  {line.supplier}"
            )
        for bad in sheet.bad_lines:
            texts = "  ".join(bad.texts[name] for name in COLUMN_FIELDS if bad.texts.get(name))
            click.echo(f"  {bad.row:>4}  {lazy('to mend')}: {texts}")
    if found.sheets:
        click.echo(str(lazy("%(ready)s ready, %(mend)s to fix", ready=found.ready, mend=found.to_mend)))
    _print_problems(found.problems)
    _print_unread(found)


def _print_problems(problems: Sequence[LedgerProblem]) -> None:
    for problem in problems:
        text = lazy("To fix: %(text)s") if problem.severity == "error" else lazy("Note: %(text)s")
        click.echo(str(text) % {"text": problem.placed}, err=True)


def _print_unread(found: Preview) -> None:
    """What was not read, and which option would read it."""
    others = [*found.candidates, *found.other_tables]
    if others:
        names = listed(others)
        click.echo(
            str(lazy("Other sheets, not read: %(tables)s. Choose one with --sheet.", tables=names)), err=True
        )
    if found.guessed:
        click.echo(_named_columns(found), err=True)
    if found.may_read_as_purchases:
        click.echo(str(lazy("To read it anyway, add --as-purchases.")), err=True)


def _named_columns(found: Preview) -> str:
    """The option that says what was guessed, to be confirmed or changed."""
    places = {column.letter: column.field for column in found.columns}
    last = max((place for place, name in places.items() if name), key=lambda text: (len(text), text))
    fields = []
    for letter in letters_to(last):
        fields.append(places.get(letter) or "-")
    return str(lazy("If this is right, add: --columns %(columns)s", columns=",".join(fields)))


@purchases.command("import")
@FILE
@option("--canteen", required=True, help="The canteen's code; lines that name another go there.")
@SHEET
@COLUMNS
@AS_PURCHASES
@option("--post", is_flag=True, help="Post at once; otherwise drafts are made.")
@option("--skip-bad", is_flag=True, help="Leave lines that cannot be read outside.")
@option("--again", is_flag=True, help="Import again what is already there.")
@option("--missing", is_flag=True, help="Of sheets that are there in part, import the lines that are not.")
@option("--jumps-are-right", is_flag=True, help="Prices far from the last ones were looked at.")
@option("--twice-is-right", is_flag=True, help="Lines that stand twice were delivered twice.")
@option("--no-unit-is-right", is_flag=True, help="Items without their usual unit were looked at.")
@option("--new-people-are-right", is_flag=True, help="Names that are new here are new people.")
@option("--archive", is_flag=True, help="Old paper sheets, which may name fewer than four people.")
@option("--purchaser", default="", help="The purchaser, where the file names none.")
@option("--custodian", default="", help="The custodian, where the file names none.")
@option("--receiver", multiple=True, help="A receiver, where the file names none; twice for both.")
@AS_JSON
@with_app
def bring_in(file: Path, canteen: str, as_json: bool, **wishes: Any) -> None:
    """Import a ledger file, all or nothing. What is already there is skipped.

    The same is asked as in the office: today's sheets need four people before they can be posted; prices
    far from the last ones, lines that stand twice, units left out, names that are new and guessed columns
    must be confirmed.
    """
    place, data = _canteen(canteen), read_bytes(file)
    reading = imports.Reading(wishes["sheet"], wishes["as_purchases"], _columns(wishes["columns"]))
    try:
        with transaction():
            outcome = imports.bring_in(
                by=BY,
                canteen=place,
                data=data,
                file_name=file.name,
                reading=reading,
                decisions=_decisions(wishes),
            )
            report = _report_of(outcome)
    except imports.NotReady as fault:
        preview = imports.preview(data, file.name, reading)
        _print_problems(preview.errors[:MOST_PROBLEMS])
        _print_unread(preview)
        if fault.question:
            click.echo(
                str(lazy("If this is right, add %(option)s.", option=OPTIONS[fault.question])), err=True
            )
        raise
    for note in outcome.notes:
        click.echo(note, err=True)
    _report(report, as_json=as_json)
    if not as_json:
        _print_skipped(outcome)
    _print_missing(report["missing"])


def _canteen(code: str) -> Canteen:
    try:
        return canteen_with(code)
    except NotFound:
        raise Invalid(lazy("There is no canteen %(code)s."), code=code) from None


def _print_skipped(outcome: imports.Outcome) -> None:
    for sheet in outcome.skipped:
        name = sheet.number or sheet.day_text
        click.echo(str(lazy("%(number)s: %(because)s Skipped.", number=name, because=sheet.because)))


def _print_missing(lines: Sequence[Mapping[str, Any]]) -> None:
    """Each line that is not there and was not imported, because the rest of its sheet is."""
    for line in lines:
        text = lazy("%(item)s is not there yet and was not imported.", item=line["item"])
        click.echo(placed(f"{line['sheet']}: {text}", line["row"]), err=True)
    if lines:
        click.echo(str(lazy("To import these lines, add --missing.")), err=True)


def _decisions(wishes: Mapping[str, Any]) -> imports.Decisions:
    """What the options decide beforehand."""
    receivers = [*wishes["receiver"], "", ""]
    return imports.Decisions(
        post=wishes["post"],
        leave_out=wishes["skip_bad"],
        again=wishes["again"],
        rest=wishes["missing"],
        answers=frozenset(
            question
            for question, name in OPTIONS.items()
            if wishes[name.removeprefix("--").replace("-", "_")]
        ),
        archive=wishes["archive"],
        people={
            **{name: wishes[name] for name in ("purchaser", "custodian")},
            **{"receiver1": receivers[0], "receiver2": receivers[1]},
        },
    )


def _report_of(outcome: imports.Outcome) -> dict[str, Any]:
    return {
        "sheets": [
            {
                "id": made.id,
                "date": made.day.isoformat(),
                "number": made.number,
                "canteen": made.canteen.code if made.canteen else None,
                "total_fen": made.total,
                "posted": made.is_posted,
            }
            for made in map(imports.made_of, outcome.postings)
        ],
        "passed_over": [sheet.number or sheet.day_text for sheet in outcome.skipped],
        "missing": [
            {"sheet": sheet.number or sheet.day_text, "row": line.row, "item": line.texts["item"]}
            for sheet in outcome.skipped
            for line in sheet.rest
        ],
    }


def _report(report: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    for sheet in report["sheets"]:
        line = (sheet["date"], sheet["number"] or "-", fen_to_text(sheet["total_fen"]), sheet["canteen"])
        click.echo("  ".join(line))


@group()
def prices() -> None:
    """Wholesale reference prices."""


@prices.command("import")
@FILE
@AS_JSON
@with_app
def import_prices(file: Path, as_json: bool) -> None:
    """Import a market's daily prices (CSV); what is already there is skipped."""
    rows, swapped = market.read_prices(read_bytes(file))
    with transaction():
        added = market.store_prices(by=BY, rows=rows)
    report = {"rows": len(rows), "added": added, "swapped": swapped}
    if as_json:
        click.echo(json.dumps(report))
        return
    click.echo(
        str(
            lazy(
                "%(added)s prices added; %(old)s were already known or repeated in the file.",
                added=added,
                old=len(rows) - added,
            )
        )
    )
    if swapped:
        click.echo(
            str(
                lazy(
                    "The headers of highest and average price are swapped in this file; they were "
                    "read the right way round."
                )
            )
        )


commands = [purchases, prices]
