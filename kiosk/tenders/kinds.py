"""The kinds `tender`, `tender-opening` and `award`: the steps of a tender as everybody reads them."""

from collections.abc import Sequence
from typing import Any

from kiosk.core.field import Day, Input, Line, Paragraphs, Quantity
from kiosk.core.i18n import LazyString, lazy
from kiosk.postings.models import PostingVersion
from kiosk.postings.queries import Kind, Pages
from kiosk.tenders import queries
from kiosk.tenders.permissions import RUN_TENDERS


def _line(name: str, label: LazyString, longest: int = 80) -> Line:
    return Line(name=name, label=label, longest=longest)


def _text(name: str, label: LazyString) -> Paragraphs:
    return Paragraphs(name=name, label=label, longest=4000)


def _context(rows: Sequence[PostingVersion]) -> dict[str, Any]:
    """The tender of which a posting is a step; None for a notice that was brought in."""
    return {"tender": queries.of_posting(rows[0].posting_id) if rows else None}


TITLE = Line(name="title", label=lazy("Title"), longest=80, missing=lazy("Please enter a title."))
NUMBER = _line("number", lazy("Number of the tender"), 12)
PAGES = Pages(
    begins="/office/tenders/new",
    writes=lambda number: f"/office/tenders/of/{number}",
    public="tenders/_posted.html",
    office="office/tenders/_posted.html",
    context=_context,
)

NOTICE_FIELDS: tuple[Input, ...] = (
    TITLE,
    _text("text", lazy("What is needed, and what a bidder must know")),
    _text("criteria", lazy("Criteria and points")),
    NUMBER,
    _line("subject", lazy("Kind of tender")),
    _line("pricing", lazy("How it is priced")),
    _line("tie", lazy("Between equal bids")),
    _line("deadline", lazy("Envelopes are taken until"), 40),
    _line("opening", lazy("They are opened at"), 40),
    _line("where", lazy("Where envelopes are handed in and opened")),
    _line("months", lazy("Term"), 20),
    _line("short", lazy("Why there is less time than usual"), 120),
    Day(name="until", label=lazy("Hangs until")),
    _line("notice_type", lazy("Kind of notice")),
    _line("buyer", lazy("Buyer")),
    _line("region", lazy("Region")),
    _line("agency", lazy("Agency")),
    _line("budget", lazy("Budget")),
    _line("ceiling", lazy("Highest price allowed")),
    _line("winner", lazy("Awarded to")),
    _line("price", lazy("Awarded price")),
    _line("published", lazy("Published on"), 40),
    _line("source", lazy("Source")),
    _line("empty", lazy("The source does not say"), 200),
)

TENDER = Kind(
    slug="tender",
    label=lazy("Tender notices"),
    fields=NOTICE_FIELDS,
    columns=(
        _line("item", lazy("Item"), 60),
        _line("specification", lazy("Specification"), 60),
        _line("unit", lazy("Unit"), 20),
        Quantity(name="quantity", label=lazy("Quantity for the term")),
        _line("item_class", lazy("Class"), 30),
    ),
    heading="title",
    until="until",
    questions=True,
    several=True,
    drafts=RUN_TENDERS,
    pages=PAGES,
)
PROTOCOL = Kind(
    slug="tender-opening",
    label=lazy("Openings of tenders"),
    fields=(
        TITLE,
        NUMBER,
        _line("opened", lazy("Opened at"), 40),
        _line("led", lazy("Led by"), 40),
        _text("present", lazy("At the table")),
        _text("absent", lazy("Absent, and why")),
        _text("recused", lazy("Stepped back, and why")),
        _line("quorum", lazy("Quorum")),
        _line("hash", lazy("Hash of the protocol that everybody present confirmed")),
    ),
    columns=(
        _line("envelope", lazy("Envelope"), 12),
        _line("bidder", lazy("Bidder")),
        _line("registered", lazy("Handed in"), 40),
        _line("standing", lazy("How the envelope stands")),
        _line("offer", lazy("Offer"), 60),
    ),
    heading="title",
    known_by=("envelope",),
    questions=True,
    several=True,
    drafts=RUN_TENDERS,
    pages=PAGES,
)
AWARD = Kind(
    slug="award",
    label=lazy("Awards and contracts"),
    fields=(
        TITLE,
        NUMBER,
        _line("winner", lazy("Awarded to")),
        _line("why", lazy("Why"), 200),
        _line("few", lazy("Why so few bids are enough"), 200),
        _text("marks", lazy("Pointed out by rule")),
        _line("tie", lazy("Between equal bids"), 200),
        _line("contract", lazy("Contract"), 40),
        _line("valid", lazy("In force"), 60),
        _line("renewal", lazy("How it can be renewed"), 120),
        _line("amount", lazy("Value of the contract"), 40),
        _text("prices", lazy("Prices of the contract")),
        _text("rents", lazy("Rents")),
    ),
    columns=(
        _line("rank", lazy("Rank"), 12),
        _line("bidder", lazy("Bidder")),
        _line("offer", lazy("Offer"), 60),
        _line("points", lazy("Points"), 12),
    ),
    heading="title",
    known_by=("bidder",),
    questions=True,
    several=True,
    drafts=RUN_TENDERS,
    pages=PAGES,
)
KINDS = (TENDER, PROTOCOL, AWARD)
