"""What the record's codes of this room are called when people read them."""

from typing import Any

from kiosk.core.i18n import lazy
from kiosk.core.room import Words
from kiosk.core.trace import Erasable

OF_SHEET = {"number": lazy("Sheet no.")}

REMARK = 10
"""The place of the remark in a posted line."""


def _remarks(posted: dict[str, Any]) -> dict[str, Any]:
    """What an earlier version posted, the remarks marked as written by somebody."""
    lines = [[*line[:REMARK], *map(Erasable, line[REMARK:])] for line in posted.get("lines") or []]
    return {**posted, "lines": lines} if lines else posted


WORDS = Words(
    erasable={"sheet.posted": _remarks, "sheet.corrected": _remarks},
    subjects={
        "sheet": lazy("Purchase sheet"),
        "import": lazy("Import"),
        "market": lazy("Reference prices"),
    },
    actions={
        "sheet.started": lazy("Purchase sheet started"),
        "sheet.drafted": lazy("Draft of a purchase sheet saved"),
        "sheet.discarded": lazy("Draft of a purchase sheet discarded"),
        "sheet.posted": lazy("Purchase sheet posted"),
        "sheet.correction_started": lazy("Correction started"),
        "sheet.corrected": lazy("Correction posted"),
        "sheet.person_said": lazy("Said who a name on old sheets is"),
        "import.read": lazy("File read for import"),
        "import.table_chosen": lazy("Table of a file chosen"),
        "import.mended": lazy("Line of an import fixed"),
        "import.confirmed": lazy("Import confirmed"),
        "import.discarded": lazy("Import discarded"),
        "prices.imported": lazy("Reference prices imported"),
    },
    fields={
        "canteen": lazy("Canteen"),
        "day": lazy("Day"),
        "version": lazy("Version"),
        "nothing_bought": lazy("Nothing bought"),
        "reason": lazy("Why"),
        "total": lazy("Total"),
        "lines": lazy("Lines"),
        "purchaser": lazy("Purchaser"),
        "custodian": lazy("Custodian"),
        "receiver1": lazy("First receiver"),
        "receiver2": lazy("Second receiver"),
        "from": lazy("From"),
        "to": lazy("Until"),
    },
    of_action={
        "sheet.posted": OF_SHEET,
        "sheet.corrected": OF_SHEET,
        "sheet.person_said": {"printed": lazy("Name as printed"), "count": lazy("Sheets")},
        "prices.imported": {"added": lazy("Prices added")},
        "import.read": {"file": lazy("File")},
        "import.discarded": {"file": lazy("File")},
        "import.table_chosen": {
            "table": lazy("Table of the file"),
            "as_purchases": lazy("Read as purchases"),
            "columns": lazy("Columns"),
        },
        "import.confirmed": {
            "sheets": lazy("Sheets made"),
            "left_out": lazy("Lines left out"),
            "passed_over": lazy("Sheets skipped"),
            "archive": lazy("Old sheets"),
        },
    },
    plain=frozenset(
        {
            *("canteen", "day", "number", "total", "columns", "item", "item_class", "specification", "unit"),
            *("quantity", "unit_price", "amount", "supplier"),
            *("batch", "shelf_life"),
        }
    ),
    plain_of={
        "sheet.posted": frozenset({"lines"}),
        "sheet.corrected": frozenset({"lines"}),
    },
)
