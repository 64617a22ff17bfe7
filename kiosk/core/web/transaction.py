"""One request, one transaction."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from flask import Response, make_response, request

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


def answer(view: Any, run: Callable[[], Any]) -> Response:
    """Run the view. A writing view that answers below 400 is kept; one that raises or refuses is undone.

    Views that open their own transaction (marked by `@own_transaction`) are left to it. What the office
    writes without a trace is undone, too.
    """
    if request.method in SAFE_METHODS or getattr(view, "own_transaction", False):
        return make_response(run())
    try:
        with transaction(), trace.required() if in_office() else nullcontext():
            response = make_response(run())
            if response.status_code >= 400:
                raise _Refused(response)
            session.flush()
    except _Refused as refused:
        return refused.answer
    return response
