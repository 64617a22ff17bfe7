"""What the kinds share: a row stands once."""

from kiosk.core.i18n import lazy
from kiosk.finance.names import key_of
from kiosk.postings.queries import Reading

TWICE = lazy("The same item stands above for the same people.")


def twice(reading: Reading) -> None:
    """A row whose item and payers stand above already is wrong."""
    seen = set()
    for number, row in enumerate(reading.rows):
        key = key_of(row.get("item", ""), row.get("whom", ""))
        if key in seen and row.get("item"):
            reading.errors.setdefault((number, "item"), TWICE)
        seen.add(key)
