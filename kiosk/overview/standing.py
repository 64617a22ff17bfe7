"""What of the live view changes only with an office write or with the minute: sheets, and silent counters.

It is the larger part of a snapshot and stays the same while ratings pour in, so it is kept for as long as the
chain's head and the minute are what they were.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from flask import url_for

from kiosk.chain import queries as chain
from kiosk.chain.queries import Head
from kiosk.core import filters
from kiosk.core.filters import clock_time, percent
from kiosk.core.formats import fen_to_text, milli_to_text, price_to_text
from kiosk.core.i18n import _, ngettext
from kiosk.core.web import named
from kiosk.counters import queries as counters
from kiosk.counters.models import Counter
from kiosk.counters.queries import Silence
from kiosk.overview import queries
from kiosk.overview.queries import CanteenNow
from kiosk.purchasing.queries import PricedLine
from kiosk.school import queries as school

MOST_SILENCES = 3
"""More silent counters than this are told in one line."""


@dataclass(frozen=True)
class Standing:
    """The canteens' purchases, and what of it all needs a person; plain values in one language."""

    purchases: list[dict[str, Any]]
    attention: list[dict[str, Any]]


def counter_url(counter: Counter) -> str:
    """The counter's page in the office."""
    return url_for("office.ratings.counter", code=counter.code)


def when(moment: datetime) -> str:
    """The time of today's, the day as well of older moments."""
    if school.local(moment).date() == school.today():
        return clock_time(moment)
    return f"{filters.day(moment, 'short')} {clock_time(moment)}"


def standing(now: datetime, language: str) -> Standing:
    """How it stands at the aware moment, in the language of the request."""
    return _at(chain.head(), now.replace(second=0, microsecond=0), language)


@lru_cache(maxsize=8)
def _at(_head: Head, now: datetime, _language: str) -> Standing:
    day = school.local(now).date()
    canteens = queries.canteens_now(day)
    late = [_late(one) for one in canteens if queries.state(one, day, now) == "missing"]
    return Standing(
        purchases=[_canteen(one, day, now) for one in canteens],
        attention=[*_silences(counters.silences(now)), *late],
    )


def _late(one: CanteenNow) -> dict[str, Any]:
    return {
        "kind": "sheet",
        "key": f"sheet:{one.canteen.code}",
        "ack": False,
        "text": _("%(canteen)s has not posted its purchases", canteen=named(one.canteen)),
        "url": url_for("office.purchasing.index"),
        "alert": None,
    }


def _canteen(one: CanteenNow, day: date, now: datetime) -> dict[str, Any]:
    state = queries.state(one, day, now)
    lines = [line for sheet in one.sheets for line in sheet.lines]
    return {
        "code": one.canteen.code,
        "name": named(one.canteen),
        "state": state,
        "tab": _tab(state),
        "says": _says(state, day),
        "who": _who(one),
        "sheets": [
            {
                "url": url_for("office.purchasing.sheet", sheet_id=sheet.sheet.id),
                "label": _("Sheet %(number)s", number=sheet.sheet.number).strip(),
            }
            for sheet in one.sheets
        ],
        "lines": _lines(lines),
        "count": ngettext("%(num)s item", "%(num)s items", len(lines)),
        "total": fen_to_text(sum(sheet.version.total for sheet in one.sheets)),
        "open": state in ("missing", "waiting"),
        "write_url": url_for("office.purchasing.index"),
        "print_url": url_for("purchasing.poster", day=day.isoformat(), canteen=one.canteen.code),
        "export_url": f"{url_for('purchasing_api.purchases_csv')}?from={day}&to={day}",
    }


def _tab(state: str) -> str:
    if state == "missing":
        return str(_("not posted"))
    return str(_("not yet posted")) if state == "waiting" else ""


def _says(state: str, day: date) -> str:
    due = clock_time(school.posting_due(day))
    words: dict[str, str] = {
        "missing": _("Not posted. It was due at %(time)s.", time=due),
        "waiting": _("Not posted yet. It is due by %(time)s.", time=due),
        "nothing": _("Nothing was bought today."),
        "closed": _("No school today, so nothing is due."),
    }
    return words.get(state, "")


def _who(one: CanteenNow) -> str:
    if not one.sheets:
        return ""
    version = one.sheets[-1].version
    received = _(
        "received by %(names)s", names="、".join(filter(None, (version.receiver1, version.receiver2)))
    )
    posted = _("posted %(time)s", time=clock_time(version.posted_at))
    bought = _("bought by %(name)s", name=version.purchaser) if version.purchaser else ""
    has_receivers = version.receiver1 or version.receiver2
    return " · ".join(filter(None, (posted, bought, received if has_receivers else "")))


def _lines(lines: list[PricedLine]) -> list[dict[str, Any]]:
    """The lines, each naming its class only where it differs from the line above."""
    classes = ["", *(one.line.item_class for one in lines)]
    return [_line(one, before) for one, before in zip(lines, classes, strict=False)]


def _line(priced: PricedLine, class_before: str) -> dict[str, Any]:
    one, last, change = priced.line, priced.last_price, priced.change
    return {
        "item": one.item,
        "url": url_for("purchasing.item", item_id=one.item_id),
        "item_class": one.item_class if one.item_class != class_before else "",
        "specification": one.specification,
        "unit": one.unit,
        "quantity": milli_to_text(one.quantity),
        "price": price_to_text(one.unit_price),
        "amount": fen_to_text(one.amount),
        "last": _("first time") if last is None else price_to_text(last),
        "change": _change(change),
        "marked": priced.mark,
    }


def _change(change: float | None) -> str:
    if change is None:
        return ""
    return "0" if abs(change) < 0.005 else percent(change, signed=True)


def _silences(silences: list[Silence]) -> list[dict[str, Any]]:
    """Each counter that is silent; many at once (the network is down) are one line."""
    found = {one.counter.id: one for one in reversed(silences)}  # the tablet's, where there are both
    if len(found) > MOST_SILENCES:
        text = ngettext("%(num)s counter is silent", "%(num)s counters are silent", len(found))
        return [_silence("silence", text, url_for("office.ratings.index"))]
    return [
        _silence(f"silence:{one.counter.code}", _silence_text(one), counter_url(one.counter))
        for one in reversed(found.values())
    ]


def _silence(key: str, text: str, url: str) -> dict[str, Any]:
    return {"kind": "silence", "key": key, "ack": False, "text": text, "url": url, "alert": None}


def _silence_text(one: Silence) -> str:
    name = named(one.counter)
    text: str = (
        _("%(counter)s: its tablet has been silent since %(time)s", counter=name, time=when(one.since))
        if one.since
        else _("%(counter)s: no ratings this hour, which usually has %(n)s", counter=name, n=one.usual)
    )
    return text
