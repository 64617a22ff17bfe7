"""Feeds as XML can hold them, and names of theirs that never change."""

from uuid import NAMESPACE_URL, uuid5

from flask import Response, make_response, request

from kiosk.core.field import UNREADABLE


def atom(text: str) -> str:
    """A feed without the characters that XML cannot hold."""
    return UNREADABLE.sub("", text)


def urn(school: str, name: str) -> str:
    """The name of a feed or an entry of a school (its instance's id), whatever the server's address."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{school}/{name}')}"


def answer(text: str) -> Response:
    """A feed as an answer, which whoever has it already need not fetch again."""
    found = make_response(atom(text))
    found.content_type = "application/atom+xml; charset=utf-8"
    found.add_etag()
    found.make_conditional(request)
    return found
