"""From an address to its code: which file and line answers."""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect, Rule

from kiosk.core.config import ROOT
from kiosk.core.errors import NotFound
from kiosk.core.i18n import lazy


@dataclass(frozen=True)
class Route:
    """One address and who answers it; `file` as seen from the checkout."""

    methods: tuple[str, ...]
    address: str
    endpoint: str
    function: str
    file: str
    line: int


def routes(app: Flask) -> list[Route]:
    """Every address of the application, in the order of the alphabet."""
    return sorted((_route(app, rule) for rule in app.url_map.iter_rules()), key=lambda route: route.address)


def routes_of(app: Flask, address: str) -> list[Route]:
    """Who answers an address as it stands in a browser, or with placeholders. NotFound if nobody does."""
    path = urlsplit(address).path or "/"
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule == path] or list(_matching(app, path))
    if not rules:
        raise NotFound(lazy("Nothing answers at %(address)s."), address=path)
    return [_route(app, rule) for rule in rules]


def _matching(app: Flask, path: str) -> Iterator[Rule]:
    adapter = app.url_map.bind("localhost")
    rules: list[Rule] = []
    for method in ("GET", "POST", "PUT", "DELETE"):
        try:
            rule, _values = adapter.match(path, method, return_rule=True)
        except RequestRedirect as moved:
            yield from _matching(app, urlsplit(moved.new_url).path)
            return
        except HTTPException:
            continue
        if rule not in rules:
            rules.append(rule)
            yield rule


def _route(app: Flask, rule: Rule) -> Route:
    view: Any = inspect.unwrap(app.view_functions[rule.endpoint])
    view = getattr(view, "__func__", view)
    code = view.__code__
    file = Path(code.co_filename)
    return Route(
        methods=tuple(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})),
        address=rule.rule,
        endpoint=rule.endpoint,
        function=view.__qualname__,
        file=str(file.relative_to(ROOT)) if file.is_relative_to(ROOT) else file.name,
        line=code.co_firstlineno,
    )
