"""What a line takes over from the item's last purchase where the file has nothing, as completion does."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from kiosk.purchasing import comparing
from kiosk.purchasing.comparing import Remembered
from kiosk.purchasing.usual import adopted

Json = dict[str, Any]


def adopt(sheets: Sequence[Json]) -> list[Json]:
    """The sheets with usual specification, unit and supplier, and which fields were taken over.

    What is usual is looked up once a month of days, so that a year's ledger stays quick.
    """
    usual: dict[tuple[int, int], dict[str, list[Remembered]]] = {}
    for day in sorted(date.fromisoformat(sheet["day"]) for sheet in sheets if sheet["day"]):
        if (day.year, day.month) not in usual:
            usual[day.year, day.month] = comparing.remembered_by_name(day)
    return [_with_usual(sheet, usual) for sheet in sheets]


def _with_usual(sheet: Json, usual: dict[tuple[int, int], dict[str, list[Remembered]]]) -> Json:
    if not sheet["day"]:
        return sheet
    day = date.fromisoformat(sheet["day"])
    past = usual[day.year, day.month]
    lines = [_line(line, past.get(line["texts"].get("item", ""), [])) for line in sheet["lines"]]
    return {**sheet, "lines": lines}


def _line(line: Json, past: Sequence[Remembered]) -> Json:
    texts = adopted(line["texts"], past)
    if not texts:
        return line
    return {**line, "texts": {**line["texts"], **texts}, "adopted": sorted(texts)}
