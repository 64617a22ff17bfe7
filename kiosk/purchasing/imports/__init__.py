"""Bringing in a file: read it, show what it would bring, mend it there, and only then make sheets of it.

What waits to be confirmed is kept as texts (`PurchaseImport`), so that nothing typed while mending is lost.
"""

from kiosk.purchasing.imports.bringing import (
    Brought,
    NotReady,
    bring_in,
    confirm,
    discard,
    keep,
    preview,
    read_again,
    waiting_import,
)
from kiosk.purchasing.imports.mending import mend
from kiosk.purchasing.imports.shown import CHOICES, Shown, ShownLine, ShownSheet, shown
from kiosk.purchasing.imports.twice import sheets_of, waits_elsewhere

__all__ = [
    "CHOICES",
    "Brought",
    "NotReady",
    "Shown",
    "ShownLine",
    "ShownSheet",
    "bring_in",
    "confirm",
    "discard",
    "keep",
    "mend",
    "preview",
    "read_again",
    "sheets_of",
    "shown",
    "waiting_import",
    "waits_elsewhere",
]
