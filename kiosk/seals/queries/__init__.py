"""Reads of seals: what they hold, the proof of one fact, and whether everything is as it was sealed."""

from kiosk.seals.queries.contents import (
    FORMAT,
    NO_SEAL,
    Part,
    Proof,
    chain_text,
    content,
    last_seal,
    parts_in,
    proof,
    ranges_of,
    record_lines,
    seal_of,
    seals,
    unsealed_since,
)
from kiosk.seals.queries.facts import Fact, Range, Series, encode, series, series_named, streamed
from kiosk.seals.queries.verify import false_seals, sealings

__all__ = [
    "FORMAT",
    "NO_SEAL",
    "Fact",
    "Part",
    "Proof",
    "Range",
    "Series",
    "chain_text",
    "content",
    "encode",
    "false_seals",
    "last_seal",
    "parts_in",
    "proof",
    "ranges_of",
    "record_lines",
    "seal_of",
    "sealings",
    "seals",
    "series",
    "series_named",
    "streamed",
    "unsealed_since",
]
