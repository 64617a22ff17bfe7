"""The application: Flask with the house's rooms, and a quick lane beside its own."""

from collections.abc import Callable
from typing import Any, cast

from flask import Flask, Request, Response, current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, MapAdapter

from kiosk.core.actor import Actor
from kiosk.core.body import StrictRequest
from kiosk.core.config import Instance
from kiosk.core.errors import SignInNeeded
from kiosk.core.room import Room
from kiosk.core.web import transaction
from kiosk.core.web.headers import HEADERS, HSTS

Environ = dict[str, Any]
"""What WSGI tells of a request."""

Lane = Callable[["KioskApp", Environ], bytes | None]
"""Answers a request by itself (201, JSON), or gives None to let it go the usual way."""


class Whole(IntegerConverter):
    """A number in an address: plain digits that every column can hold."""

    regex = "[0-9]{1,15}"


class KioskApp(Flask):
    """Flask, with one transaction around each writing request, and a quick lane for the one that matters."""

    request_class = StrictRequest

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lanes: dict[tuple[str, str], Lane] = {}
        self.rooms: tuple[Room, ...] = ()
        self.memory: dict[object, Any] = {}
        """What rooms keep in memory, see `core.web.memory`."""
        self.instance: Instance
        self.account: Callable[[], Any] = lambda: None
        """Gives the signed-in account of the request."""
        self.sign_in = ""
        """The endpoint where a stranger signs in."""
        self.url_map.converters["int"] = Whole

    def wsgi_app(self, environ: Environ, start_response: Any) -> Any:
        """Answer a request: in its quick lane where it has one and the lane can, by Flask otherwise."""
        lane = self.lanes.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        body = lane(self, environ) if lane else None
        if body is None:
            return super().wsgi_app(environ, start_response)
        head = [("Content-Type", "application/json"), ("Content-Length", str(len(body))), *HEADERS.items()]
        if environ["wsgi.url_scheme"] == "https" or self.config["SESSION_COOKIE_SECURE"]:
            head.append(HSTS)
        start_response("201 CREATED", [*head, ("Cache-Control", "no-cache")])
        return [body]

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """The way of a request. A Host that is no name is refused, with a page that can still be drawn."""
        try:
            return super().create_url_adapter(request)
        except HTTPException as refusal:
            if request is None:
                raise
            request.routing_exception = refusal
            return self.url_map.bind("localhost")

    def dispatch_request(self) -> Response:
        """Run the view, in a transaction if it writes."""
        view = self.view_functions.get(request.endpoint or "")
        return transaction.answer(view, super().dispatch_request)

    def machines(self) -> tuple[str, ...]:
        """What the addresses made for machines begin with, as the rooms declare it."""
        return tuple(beginning for room in self.rooms for beginning in room.machines)


def running() -> KioskApp:
    """The application that runs."""
    return cast("KioskApp", current_app._get_current_object())  # type: ignore[attr-defined]


def account() -> Any:
    """The signed-in account of this request, or None."""
    return running().account()


def user() -> str:
    """The user name of the signed-in account, as services take it in `by`."""
    current = account()
    if current is None:
        raise SignInNeeded
    return str(current.username)


def actor() -> Actor:
    """Who acts in this request, as services take it in `by`."""
    current = account()
    if current is None:
        raise SignInNeeded
    return cast("Actor", current.actor)
