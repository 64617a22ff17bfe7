"""Text is sent gzipped where the browser takes it: at noon a thousand phones share the school's Wi-Fi."""

import gzip
from functools import lru_cache

from flask import Flask, Response, current_app, g, request

KINDS = (
    *("text/html", "text/css", "text/javascript", "text/csv", "application/javascript"),
    *("application/json", "application/problem+json", "image/svg+xml"),
)
LEAST = 500
"""Bytes below which it is not worth the work."""
LEVEL = 6


@lru_cache(maxsize=64)
def _gzipped(content: bytes) -> bytes:
    return gzip.compress(content, LEVEL, mtime=0)


def _is_worth_it(answer: Response) -> bool:
    if request.method != "GET" or answer.status_code != 200 or "Content-Encoding" in answer.headers:
        return False
    if answer.mimetype not in KINDS or not request.accept_encodings.quality("gzip"):
        return False
    https = request.is_secure or current_app.config["SESSION_COOKIE_SECURE"]
    if https and "csrf_token" in g:
        return False  # the length of a compressed page could tell its token to an eavesdropper (BREACH)
    return answer.direct_passthrough or not answer.is_streamed


def compress(answer: Response) -> Response:
    """The answer, gzipped if that is wanted and worth it."""
    if answer.mimetype in KINDS:
        answer.vary.add("Accept-Encoding")
    if not _is_worth_it(answer):
        return answer
    answer.direct_passthrough = False
    content = answer.get_data()
    if len(content) < LEAST:
        return answer
    is_asset = request.endpoint == "static"
    answer.set_data(_gzipped(content) if is_asset else gzip.compress(content, LEVEL, mtime=0))
    answer.headers["Content-Encoding"] = "gzip"
    tag, is_weak = answer.get_etag()
    if tag is not None and not is_weak:
        answer.set_etag(tag, weak=True)
    return answer


def install(app: Flask) -> None:
    """Compress what an application answers."""
    app.after_request(compress)
