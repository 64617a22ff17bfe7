"""What the grid in the browser knows: items with last prices, units, header words, and its own words."""

from datetime import date
from typing import Any

from kiosk.catalogue import queries as catalogue
from kiosk.catalogue.models import ITEM_CLASSES, Item
from kiosk.catalogue.queries.units import FACTORS, PROPOSED
from kiosk.core import filters
from kiosk.core.formats import milli_to_text
from kiosk.core.i18n import Text, _, lazy
from kiosk.counters.models import Canteen
from kiosk.purchasing import queries
from kiosk.purchasing.checks import FIELDS
from kiosk.purchasing.comparing import Remembered, remembered
from kiosk.purchasing.ledger import COLUMN_FIELDS, FIELD_NAMES, for_browser
from kiosk.purchasing.settings import JUMP_PERCENT
from kiosk.school import queries as school

LABELS: dict[str, Text] = {
    "item": lazy("Item"),
    "specification": lazy("Specification"),
    "unit": lazy("Unit"),
    "quantity": lazy("Quantity"),
    "unit_price": lazy("Unit price"),
    "amount": lazy("Amount"),
    "supplier": lazy("Supplier"),
    "item_class": lazy("Class"),
    "batch": lazy("Batch / made on"),
    "shelf_life": lazy("Shelf life"),
    "remark": lazy("Remark"),
}
"""What the fields of a line are called."""
OPTIONAL = ("batch", "shelf_life", "remark")
"""Columns that are hidden, while they are empty, where a canteen never uses them."""
MOST_ITEMS = 2000


def for_grid(canteen: Canteen, day: date) -> dict[str, Any]:
    """Everything the page's script needs, as plain values for JSON; prices in 0.0001 yuan."""
    past = remembered(day)
    return {
        **for_browser(),
        "labels": {**LABELS, **{name: FIELD_NAMES[name] for name in COLUMN_FIELDS if name not in LABELS}},
        "canteen": canteen.code,
        "optional": OPTIONAL,
        "unused": queries.unused_fields(canteen.id, OPTIONAL),
        "fields": FIELDS,
        "quantities": _last_quantities(canteen, day),
        "items": [_known(item, past.get(item.id, [])) for item in catalogue.items(limit=MOST_ITEMS)],
        "suppliers": [[supplier.name, supplier.pinyin] for supplier in catalogue.suppliers()],
        "proposed_units": PROPOSED,
        "classes": ITEM_CLASSES,
        "factors": {unit: [base, float(factor)] for unit, (base, factor) in FACTORS.items()},
        "jump": school.settings()[JUMP_PERCENT],
        "words": words(),
    }


def _last_quantities(canteen: Canteen, day: date) -> dict[str, list[list[str]]]:
    """What the canteen's last sheet bought: by item, its specification, unit and quantity."""
    last = queries.last_posted(canteen.id, day)
    found: dict[str, list[list[str]]] = {}
    for line in last[1] if last else ():
        quantity = milli_to_text(line.quantity).replace(",", "")
        found.setdefault(line.item, []).append([line.specification, line.unit, quantity])
    return found


def _known(item: Item, past: list[Remembered]) -> dict[str, Any]:
    return {
        "n": item.name,
        "p": item.pinyin,
        "s": past[0].specification if past else item.specification,
        "u": past[0].unit if past else item.unit,
        "c": item.item_class,
        "v": past[0].supplier if past else "",
        "l": [
            [last.specification, last.unit, last.price, filters.day(last.day, "short")] for last in past[:12]
        ],
    }


def words() -> dict[str, str]:
    """What the script says; {braces} are filled in by it."""
    return {**_words_of_cells(), **_words_of_saving(), **_words_of_pasting(), **_words_of_tools()}


def _words_of_cells() -> dict[str, str]:
    return {
        "no_number": _("“{text}” is not a number."),
        "no_formula": _("“{text}” cannot be computed."),
        "other_unit": _("“{text}” has a different unit from its line ({unit})."),
        "unit_number": _("A number cannot be a unit."),
        "more_than_0": _("This must be more than 0."),
        "too_large": _("This number is too large."),
        "differs": _("Typed {typed}, computed {computed}."),
        "jump": _("Is {price} right? Last time {last}."),
        "last": _("{price} on {day}"),
        "first": _("first time"),
        "take_grey": _("Missing. The space bar takes the grey {text}."),
        "same_person": _("These must be different people."),
        "cell": _("{field}, line {row}"),
    }


def _words_of_saving() -> dict[str, str]:
    return {
        "saving": _("Saving …"),
        "saved": _("Draft saved {time}"),
        "unsaved": _("Not saved yet"),
        "offline": _(
            "Not saved: the server does not answer. Everything is still here; saving is tried again."
        ),
        "signed_out": _("Not saved: the sign-in has ended. Everything is still here."),
        "sign_in": _("Sign in again"),
    }


def _words_of_pasting() -> dict[str, str]:
    return {
        "pasted": _("{rows} lines pasted. Press Ctrl+Z to undo."),
        "replaced": _("{n} filled cells were replaced."),
        "reading": _("Reading what was pasted …"),
        "head_passed": _("“{text}” is the column's head and was skipped."),
        "not_taken": _("(not kept)"),
        "column": _("Column {n}"),
        "paste_offline": _("The server does not answer; nothing was pasted yet."),
        "paste_signed_out": _("Please sign in again; nothing was pasted yet."),
        "too_many": _("A sheet can hold at most {n} lines; the rest was not pasted."),
    }


def _words_of_tools() -> dict[str, str]:
    return {
        "undone": _("Undone."),
        "redone": _("Redone."),
        "nothing_to_undo": _("Nothing to undo."),
        "summary": _("{lines} lines"),
        "unfilled": _("{n} not filled in"),
        "unpriced": _("{n} without a price"),
        "to_mend": _("{n} to fix"),
        "sorted": _("Sorted by {field}. Press Ctrl+Z to undo."),
        "found_nothing": _("not found"),
        "hide_columns": _("Hide empty columns"),
    }
