"""Open data at the edge: the span that is asked for, and one table as CSV or JSON."""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from tempfile import SpooledTemporaryFile
from threading import BoundedSemaphore
from typing import IO, Any

from flask import Response, current_app, render_template, request

from kiosk.core.db import give_back_connection
from kiosk.core.downloads import as_download
from kiosk.core.errors import Busy, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.tabular import csv_parts

MOST_IN_MEMORY = 2**20
"""Bytes of an answer beyond which it waits in a file of its own until it is fetched."""
PIECE = 2**16
MOST_HELD = 12
"""Answers that one process holds at once, read or sent: far fewer than it has threads."""
MOST_READ = 3
PATIENCE = 5.0
"""Seconds for which a request waits for its turn to be read."""
LONGEST = 600.0
"""Seconds after which a client that is still taking its answer is left."""

_held = BoundedSemaphore(MOST_HELD)
_reading = BoundedSemaphore(MOST_READ)


FIRST, LAST = date(1, 1, 2), date(9999, 12, 30)
"""The days whose beginnings and ends are moments in every zone."""


class OthersRead(Busy):
    """Too many read at once."""

    message = lazy("Many people are fetching data at the moment. Please try again in a moment.")
    retry_after = 10


class BadSpan(Invalid):
    """`from` or `to` is no day, or the span is turned round."""

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
        raise BadSpan(
            lazy("“%(name)s” is not a date; please write it like 2026-03-04."), field=name, name=name
        ) from None


def span(today: date, *, default_days: int = 30) -> tuple[date, date]:
    """The first and the last day asked for by ?from= and ?to=; without them the last `default_days` days."""
    last = _day("to", today)
    try:
        first = _day("from", last - timedelta(days=default_days - 1))
    except OverflowError:
        first = last
    if first > last:
        raise BadSpan(lazy("The first day comes after the last."), field="from")
    return min(max(first, FIRST), LAST), max(min(last, LAST), FIRST)


def in_wechat() -> bool:
    """Whether WeChat's browser asks: it cannot keep a download."""
    return "MicroMessenger" in request.headers.get("User-Agent", "")


def answer_csv(
    name: str, header: Sequence[str], rows: Iterable[Sequence[Any]], *, changed: datetime | None = None
) -> Response | str:
    """A CSV file that Excel and WPS open as it is; in WeChat a page that says how to get it.

    `changed`: when what it tells changed last.
    """
    if in_wechat():
        return render_template("open_in_browser.html")
    answer = _answer(csv_parts(header, rows), "text/csv; charset=utf-8", changed)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def answer_json(
    first: date, last: date, name: str, rows: Iterable[dict[str, Any]], *, changed: datetime | None = None
) -> Response:
    """The same as JSON: {"from", "to", <name>: […]}."""
    return _answer(_json_parts(first, last, name, rows), "application/json", changed)


def answer_parts(parts: Iterable[bytes], content_type: str) -> Response:
    """Open data in a shape of its own, in pieces."""
    return _answer(parts, content_type, None)


def answer_file(parts: Iterable[bytes], content_type: str, name: str) -> Response:
    """A file that is made for whoever asks, and kept by nobody in between."""
    answer = _answer(parts, content_type, None)
    del answer.headers["Access-Control-Allow-Origin"]
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Disposition"] = as_download(name)
    return answer


def _json_parts(first: date, last: date, name: str, rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    dumps = current_app.json.dumps
    yield f'{{"from":"{first}","to":"{last}",{dumps(name)}:['.encode()
    for number, row in enumerate(rows):
        yield ("," * (number > 0) + dumps(row)).encode()
    yield b"]}\n"


def _answer(parts: Iterable[bytes], content_type: str, changed: datetime | None) -> Response:
    """An answer of any length: it is read from the database in one go, as of one moment, and then set aside.

    A slow client holds a file, never a connection to the database; one that goes away holds nothing. Only so
    many are held at once, and fewer are read at once: whoever rates needs the threads, too. Raises Busy.
    """
    if not _held.acquire(blocking=False):
        raise OthersRead
    file = SpooledTemporaryFile(max_size=MOST_IN_MEMORY)  # noqa: SIM115 - it ends with the answer
    done = _once(file.close, _held.release)
    try:
        tag = _read(parts, file)
        size = file.tell()
        file.seek(0)
        answer = Response(_pieces(file) if size > MOST_IN_MEMORY else file.read(), content_type=content_type)
    except BaseException:
        done()
        raise
    if size > MOST_IN_MEMORY:
        answer.call_on_close(done)
    else:
        done()
    answer.content_length = size
    answer.set_etag(tag)
    answer.last_modified = changed
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.make_conditional(request)
    return answer


def _once(*steps: Callable[[], object]) -> Callable[[], None]:
    """Take these steps when it is called for the first time."""
    left = list(steps)

    def take() -> None:
        while left:
            left.pop(0)()

    return take


def _read(parts: Iterable[bytes], file: IO[bytes]) -> str:
    """Write the parts into the file when it is their turn; the tag of what they are."""
    digest = hashlib.sha256()
    if not _reading.acquire(timeout=PATIENCE):
        raise OthersRead
    try:
        for part in parts:
            file.write(part)
            digest.update(part)
    finally:
        _reading.release()
        give_back_connection()
    return digest.hexdigest()[:32]


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    """The file, for whoever takes it within a while."""
    end = time.monotonic() + LONGEST
    while (piece := file.read(PIECE)) and time.monotonic() < end:
        yield piece
