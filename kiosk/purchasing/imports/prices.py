"""The last price beside each line of an import: of what is posted, or of an earlier day in the same file."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from kiosk.catalogue.queries.units import convert
from kiosk.purchasing import comparing
from kiosk.purchasing.comparing import Remembered
from kiosk.purchasing.imports.review import ReviewLine, ReviewSheet
from kiosk.purchasing.queries import EarlierPrice, key_of

Thing = tuple[str, str, str]
"""Item, specification, unit."""
Usual = Mapping[str, Sequence[Remembered]]


def with_last_prices(sheets: Sequence[ReviewSheet], usual: Usual) -> list[ReviewSheet]:
    """The sheets with what each line cost last; `usual` has what was bought before, by the item's name."""
    earlier: dict[Thing, Remembered] = {}
    priced: dict[tuple[int, int], ReviewLine] = {}
    for day in sorted({sheet.day for sheet in sheets if sheet.day}):
        of_day = [sheet for sheet in sheets if sheet.day == day]
        lines = [(sheet, line, thing) for sheet in of_day for line in sheet.lines if (thing := _thing(line))]
        typed = ((number, *thing) for number, (_sheet, _line, thing) in enumerate(lines))
        posted = comparing.last_prices(typed, day)
        for number, (sheet, line, thing) in enumerate(lines):
            last = _newest(posted.get(number), earlier.get(_key(thing)), thing[2])
            priced[sheet.place, line.place] = _beside(line, last, usual.get(thing[0], ()), day)
        for sheet in of_day:
            earlier.update(_own_prices(sheet, day))
    return [
        replace(sheet, lines=[priced.get((sheet.place, line.place), line) for line in sheet.lines])
        for sheet in sheets
    ]


def _beside(
    line: ReviewLine, last: EarlierPrice | None, bought: Sequence[Remembered], day: date
) -> ReviewLine:
    other = next((purchase for purchase in bought if purchase.day < day), None)
    return replace(line, last=last, other=None if last else other)


def _own_prices(sheet: ReviewSheet, day: date) -> dict[Thing, Remembered]:
    """What a sheet's own lines cost, for the later days of the file."""
    return {
        _key((line.item, line.specification, line.unit)): Remembered(
            line.specification, line.unit, int(line.unit_price * 10_000), day, line.supplier
        )
        for line in sheet.ready
        if int(line.unit_price * 10_000)
    }


def _thing(line: ReviewLine) -> Thing | None:
    return (line.line.item, line.line.specification, line.line.unit) if line.line else None


def _key(thing: Thing) -> Thing:
    item, specification, unit = thing
    _none, plain, base = key_of(0, specification, unit)
    return item, plain, base


def _newest(posted: EarlierPrice | None, in_file: Remembered | None, unit: str) -> EarlierPrice | None:
    if in_file is None or (posted is not None and posted.day >= in_file.day):
        return posted
    price = convert(in_file.price, in_file.unit, unit)
    return EarlierPrice(in_file.day, price) if price else posted
