"""What of the live view changes only with an office write or the minute: the canteens' purchases.

It is the larger part of a snapshot and stays the same while ratings pour in, so it is kept for as long as the
chain's head and the minute are what they were.
"""

from datetime import date, datetime
from typing import Any

from flask import url_for

from kiosk.board.queries import posted_when
from kiosk.chain import queries as chain
from kiosk.core import filters
from kiosk.core.actor import Actor, Place
from kiosk.core.filters import clock_time, percent
from kiosk.core.formats import fen_to_text, milli_to_text, price_to_text
from kiosk.core.i18n import _, listed, ngettext
from kiosk.core.recent import Recent
from kiosk.core.web import locale, named
from kiosk.overview import queries
from kiosk.overview.permissions import OFFER_WRITE
from kiosk.overview.queries import CanteenNow
from kiosk.purchasing.queries import SLUG, PostedSheet, PricedLine, beside, posting_due
from kiosk.school import queries as school

_purchases: Recent[list[dict[str, Any]]] = Recent(32)


def purchases(now: datetime, reader: Actor) -> list[dict[str, Any]]:
    """The canteens' purchases at the aware moment, as plain values in the language of the request."""
    minute, places = now.replace(second=0, microsecond=0), reader.places(OFFER_WRITE)
    key = (chain.head(), minute, locale(), places)
    return _purchases.of(key, lambda: _at(minute, reader))


def _at(now: datetime, reader: Actor) -> list[dict[str, Any]]:
    day = school.local(now).date()
    return [_canteen(canteen, day, now, reader) for canteen in queries.canteens_now(day)]


def _canteen(row: CanteenNow, day: date, now: datetime, reader: Actor) -> dict[str, Any]:
    state = queries.state(row, day, now)
    may_write = reader.may(OFFER_WRITE, Place(canteen=row.canteen.code))
    return {
        "code": row.canteen.code,
        "earlier": _earlier(row, day),
        "name": named(row.canteen),
        "state": state,
        "tab": _tab(state),
        "says": _says(state, day),
        "sheets": [_sheet(sheet) for sheet in row.sheets],
        "summary": _summary(row.sheets),
        "open": may_write and state in ("late", "open"),
        "write_url": url_for("office.purchasing.index"),
        "print_url": url_for("purchasing.poster", day=day.isoformat(), canteen=row.canteen.code),
        "export_url": f"{url_for('postings_api.table', slug=SLUG)}?from={day}&to={day}",
    }


def _sheet(posted: PostedSheet) -> dict[str, Any]:
    """One sheet: its own time, people, lines and total."""
    version = posted.version
    return {
        "id": posted.sheet.id,
        "url": url_for("office.purchasing.sheet", sheet_id=posted.sheet.id),
        "label": _("Sheet %(number)s", number=posted.sheet.number).strip(),
        "who": _who(posted),
        "says": _("Nothing was bought today.") if version.nothing_bought else "",
        "lines": _lines(posted.lines),
        "count": ngettext("%(num)s item", "%(num)s items", len(posted.lines)),
        "total": fen_to_text(version.total),
    }


def _summary(sheets: list[PostedSheet]) -> str:
    """What several sheets of one day are together; one speaks for itself."""
    if len(sheets) < 2:
        return ""
    text: str = ngettext(
        "%(num)s sheet, %(total)s yuan in all",
        "%(num)s sheets, %(total)s yuan in all",
        len(sheets),
        total=fen_to_text(sum(sheet.version.total for sheet in sheets)),
    )
    return text


def _earlier(row: CanteenNow, day: date) -> dict[str, Any] | None:
    """The last sheet from before the day, where nothing is posted for the day yet."""
    last = None if row.sheets else queries.last_sheet(row.canteen, day)
    if last is None:
        return None
    return {
        "says": _("Last posted: %(day)s", day=filters.day(last.sheet.day)),
        "url": url_for("office.purchasing.sheet", sheet_id=last.sheet.id),
        "total": _("%(amount)s yuan", amount=fen_to_text(last.version.total)),
        "lines": _lines(last.lines),
    }


def _tab(state: str) -> str:
    if state == "late":
        return str(_("not posted"))
    return str(_("not yet posted")) if state == "open" else ""


def _says(state: str, day: date) -> str:
    due = clock_time(posting_due(day))
    words: dict[str, str] = {
        "late": _("Not posted. It was due at %(time)s.", time=due),
        "open": _("Not posted yet. It is due by %(time)s.", time=due),
        "closed": _("No school today, so nothing is due."),
        "new": _("This canteen was added today; its purchases are due from the next school day on."),
    }
    return words.get(state, "")


def _who(posted: PostedSheet) -> str:
    version = posted.version
    receivers = listed(filter(None, (version.names["receiver1"], version.names["receiver2"])))
    return " · ".join(
        filter(
            None,
            (
                posted_when(posted.times),
                _("bought by %(name)s", name=version.names["purchaser"])
                if version.names["purchaser"]
                else "",
                _("received by %(names)s", names=receivers) if receivers else "",
            ),
        )
    )


def _lines(lines: list[PricedLine]) -> list[dict[str, Any]]:
    """The lines, each naming its class only where it differs from the line above."""
    classes = ["", *(priced.line.item_class for priced in lines)]
    return [_line(priced, before) for priced, before in zip(lines, classes, strict=False)]


def _line(priced: PricedLine, class_before: str) -> dict[str, Any]:
    line, last, change = priced.line, priced.last_price, priced.change
    return {
        "item": line.item,
        "url": url_for("catalogue.item", item_id=line.item_id),
        "item_class": line.item_class if line.item_class != class_before else "",
        "specification": line.specification,
        "unit": line.unit,
        "quantity": milli_to_text(line.quantity),
        "price": price_to_text(line.unit_price),
        "amount": fen_to_text(line.amount),
        "last": _("first time") if last is None else price_to_text(last),
        "change": "" if priced.mark and abs(change or 0) < 0.005 else _change(change),
        "marked": priced.mark is not None,
        "beside": beside(priced) if priced.mark else "",
    }


def _change(change: float | None) -> str:
    if change is None:
        return ""
    return "0" if abs(change) < 0.005 else percent(change, signed=True)
