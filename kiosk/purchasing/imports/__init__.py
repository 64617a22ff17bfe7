"""Bringing in a file: read it, show what it would bring, mend it there, and only then make sheets of it.

What waits to be confirmed is kept as texts (`PurchaseImport`), so that nothing typed while mending is lost.
"""

from kiosk.purchasing.imports.confirmation import ChangedMeanwhile, NotReady, confirm, discard
from kiosk.purchasing.imports.direct import Decisions, Outcome, bring_in
from kiosk.purchasing.imports.history import Meanwhile, revision_of
from kiosk.purchasing.imports.judgement import review_of
from kiosk.purchasing.imports.mending import mend
from kiosk.purchasing.imports.reading import Reading, keep, preview, read_again, waiting_import
from kiosk.purchasing.imports.repeats import made_of, sheets_of, waits_elsewhere
from kiosk.purchasing.imports.review import CHOICES, Question, Review, ReviewLine, ReviewSheet

__all__ = [
    "CHOICES",
    "ChangedMeanwhile",
    "Decisions",
    "Meanwhile",
    "NotReady",
    "Outcome",
    "Question",
    "Reading",
    "Review",
    "ReviewLine",
    "ReviewSheet",
    "bring_in",
    "confirm",
    "discard",
    "keep",
    "made_of",
    "mend",
    "preview",
    "read_again",
    "review_of",
    "revision_of",
    "sheets_of",
    "waiting_import",
    "waits_elsewhere",
]
