"""Open data at the edge: the span that is asked for, and one table as CSV or JSON."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from flask import Response, jsonify, render_template, request

from kiosk.core.errors import Invalid
from kiosk.core.i18n import lazy
from kiosk.core.tabular import write_csv

LONGEST_SPAN = 400
"""Days that one answer covers at most."""


class BadSpan(Invalid):
    """`from` or `to` is no day, or the span is turned round or too long."""

    code = "bad-span"
    status = 400


def _day(name: str, default: date) -> date:
    text = request.args.get(name, "")
    if not text:
        return default
    try:
        if len(text) != 10 or not text.isascii():
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise BadSpan(lazy("%(name)s is no day; write it as 2026-03-04."), field=name, name=name) from None


def span(today: date, *, default_days: int = 30) -> tuple[date, date]:
    """The first and the last day asked for by ?from= and ?to=; without them the last `default_days` days."""
    last = _day("to", today)
    try:
        first = _day("from", last - timedelta(days=default_days - 1))
    except OverflowError:
        first = last
    if first > last:
        raise BadSpan(lazy("The first day comes after the last."), field="from")
    if (last - first).days >= LONGEST_SPAN:
        raise BadSpan(lazy("Please ask for %(n)s days at most."), field="from", n=LONGEST_SPAN)
    return first, last


def in_wechat() -> bool:
    """Whether WeChat's browser asks: it cannot keep a download."""
    return "MicroMessenger" in request.headers.get("User-Agent", "")


def answer_csv(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response | str:
    """A CSV file that Excel and WPS open as it is; in WeChat a page that says how to get it."""
    if in_wechat():
        return render_template("board/open_in_browser.html")
    answer = Response(write_csv(header, rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def answer_json(first: date, last: date, name: str, rows: list[dict[str, Any]]) -> Response:
    """The same as JSON: {"from", "to", <name>: […]}."""
    answer = jsonify({"from": first.isoformat(), "to": last.isoformat(), name: rows})
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
