"""What a line takes over from the item's last purchase where the file has nothing, as completion does."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from kiosk.purchasing import comparing
from kiosk.purchasing.comparing import Remembered
from kiosk.purchasing.usual import adopted

Kept = dict[str, Any]


def adopt(sheets: Sequence[Kept]) -> None:
    """Fill in usual specification, unit and supplier, and note which fields were taken over.

    What is usual is looked up once a month of days, so that a year's ledger stays quick.
    """
    usual: dict[tuple[int, int], dict[str, list[Remembered]]] = {}
    for sheet in sorted(sheets, key=lambda one: str(one["day"])):
        if not sheet["day"]:
            continue
        day = date.fromisoformat(sheet["day"])
        month = day.year, day.month
        if month not in usual:
            usual[month] = comparing.remembered_by_name(day)
        for line in sheet["lines"]:
            _adopt_line(line, usual[month].get(line["texts"].get("item", ""), []))


def _adopt_line(line: Kept, past: Sequence[Remembered]) -> None:
    taken = adopted(line["texts"], past)
    if taken:
        line["texts"].update(taken)
        line["adopted"] = sorted(taken)
