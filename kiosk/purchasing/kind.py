"""The kind `purchases` (采购): what a canteen bought on a day, line by line, and who answers for it."""

from collections.abc import Mapping, Sequence
from typing import Any

from kiosk.core.field import Line, Money, Quantity, UnitPrice
from kiosk.core.filters import day as day_words
from kiosk.core.i18n import lazy
from kiosk.postings.models import Posting, PostingVersion
from kiosk.postings.queries import Data, Kind, Pages, Somebody, Typed, each_school_day
from kiosk.purchasing import queries
from kiosk.purchasing.grid import LABELS
from kiosk.purchasing.ledger import LENGTHS
from kiosk.purchasing.models import CUSTODIAN, NUMBER, PURCHASER, RECEIVER1, RECEIVER2
from kiosk.purchasing.open_data import COLUMNS, posted_lines
from kiosk.purchasing.people import signed_without_post
from kiosk.purchasing.permissions import EDIT_DRAFTS, POST_PURCHASES
from kiosk.purchasing.queries.earlier import EARLIER
from kiosk.purchasing.services import typed
from kiosk.purchasing.settings import POSTING_DUE


def _text(name: str) -> Line:
    return Line(name=name, label=LABELS[name], longest=LENGTHS[name])


def _titled(posting: Posting, values: Mapping[str, Any], _rows: object) -> str:
    """Its day, and the number of the paper form where there is one."""
    return f"{day_words(queries.day_of(posting))} {values.get('number') or ''}".strip()


def _context(rows: Sequence[PostingVersion]) -> dict[str, Any]:
    """By version: how it is read, and its lines beside their past prices; and who signed without a post."""
    found, day = queries.versions(rows), queries.day_of(rows[0].posting) if rows else None
    return {
        "read": {version.version: version for version in found},
        "lines": {version.version: queries.priced(version.lines, day) for version in found if day},
        "without_post": signed_without_post(rows[0].id, day) if day else set(),
        "labels": LABELS,
    }


PURCHASES = Kind(
    slug=queries.SLUG,
    label=lazy("Purchases"),
    fields=(NUMBER,),
    people=tuple(
        Somebody(name=one.name, label=one.label, missing=lazy("A name is missing."))
        for one in (PURCHASER, CUSTODIAN, RECEIVER1, RECEIVER2)
    ),
    columns=(
        *(_text(name) for name in ("item", "specification", "unit")),
        Quantity(name="quantity", label=LABELS["quantity"]),
        UnitPrice(name="unit_price", label=LABELS["unit_price"]),
        Money(name="amount", label=LABELS["amount"]),
        *(_text(name) for name in ("supplier", "item_class", "batch", "shelf_life", "remark")),
    ),
    computed=(Money(name="total", label=lazy("Total")),),
    nothing=lazy("Nothing was bought"),
    titled=_titled,
    scopes=("canteen",),
    several=True,
    days=1,
    on_board=False,
    own_duties=True,
    questions=True,
    rhythm=each_school_day(POSTING_DUE),
    drafts=EDIT_DRAFTS,
    publishes=POST_PURCHASES,
    typed=Typed(
        kept=typed.kept,
        read=typed.read,
        settle=typed.settle,
        fill=typed.fill,
        empty=typed.empty,
        texts=typed.texts,
        earlier=EARLIER,
    ),
    pages=Pages(
        begins="/office/purchasing/sheets/new",
        writes=lambda number: f"/office/purchasing/sheets/{number}",
        public="purchasing/_sheet.html",
        office="office/purchasing/_sheet.html",
        context=_context,
    ),
    data=Data(columns=COLUMNS, rows=posted_lines),
)
