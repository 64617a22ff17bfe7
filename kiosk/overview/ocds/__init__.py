"""Tenders as Open Contracting Data (OCDS 1.1, standard.open-contracting.org/1.1): one release a fact.

A contracting process is a tender. A release is made of one entry of the record that is never changed (a need,
a version of a notice, an opening, an award, a contract, its renewal or end, a rent, a payment), bears its
number, and so stays the same in every export. What is bought outside a contract is no part of it.
"""

from collections.abc import Iterator

from kiosk.overview.ocds.release import Json as Json
from kiosk.overview.ocds.release import Place as Place
from kiosk.overview.ocds.spending import spending
from kiosk.overview.ocds.steps import steps

VERSION = "1.1"
EXTENSIONS = (
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_bid_extension/v1.1.5/extension.json",
)
"""Statistics of bids are no part of the core."""


def releases(place: Place) -> Iterator[Json]:
    """Every release there is, tender by tender, then what was paid under contracts."""
    yield from steps(place)
    yield from spending(place)
