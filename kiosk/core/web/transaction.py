"""One request, one transaction."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from flask import Response, current_app, make_response, request

from kiosk.core import trace
from kiosk.core.db import session, transaction
from kiosk.core.web.addresses import in_office

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class _Refused(Exception):
    def __init__(self, answer: Response) -> None:
        self.answer = answer


def own_transaction(view: Any) -> Any:
    """Mark a writing view that opens `transaction()` itself: part of its work must not hold the lock."""
    view.own_transaction = True
    return view


def takes_files(read: Callable[[], None], most_bytes: int) -> Callable[[Any], Any]:
    """Mark an office view whose forms bring files, `most_bytes` at once from whoever is signed in.

    `read` looks at them before the transaction begins: drawing pictures must not hold the lock.
    """

    def mark(view: Any) -> Any:
        view.reads_files, view.most_bytes = read, most_bytes
        return view

    return mark


def make_room() -> None:
    """Let a view that takes files take them from whoever is signed in."""
    running = current_app._get_current_object()  # type: ignore[attr-defined]
    view = running.view_functions.get(request.endpoint or "")
    if (most := getattr(view, "most_bytes", None)) and running.account():
        request.max_content_length = most


def answer(view: Any, run: Callable[[], Any]) -> Response:
    """Run the view. A writing view that answers below 400 is kept; one that raises or refuses is undone.

    Views that open their own transaction (marked by `@own_transaction`) are left to it. What the office
    writes without a trace is undone, too.
    """
    if request.method in SAFE_METHODS or getattr(view, "own_transaction", False):
        return make_response(run())
    if reads := getattr(view, "reads_files", None):
        reads()
    try:
        with transaction(), trace.required() if in_office() else nullcontext():
            response = make_response(run())
            if response.status_code >= 400:
                raise _Refused(response)
            session.flush()
    except _Refused as refused:
        return refused.answer
    return response
