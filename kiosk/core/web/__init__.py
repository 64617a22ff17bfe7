"""The edge: one request, one transaction; language, answers, headers, assets and the guard."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from kiosk.core import compression
from kiosk.core.db import session
from kiosk.core.web import answers, assets, kept, language
from kiosk.core.web.addresses import safe_next
from kiosk.core.web.answers import PageProblem, answer_problem, database_problem, is_machine, wants_json
from kiosk.core.web.application import Environ, KioskApp, account, actor, running, user
from kiosk.core.web.assets import asset, asset_bundle
from kiosk.core.web.guard import guard
from kiosk.core.web.headers import behind_https, set_headers
from kiosk.core.web.language import is_english, locale, named, speak
from kiosk.core.web.transaction import SAFE_METHODS, make_room, own_transaction, takes_files

__all__ = [
    "SAFE_METHODS",
    "Environ",
    "KioskApp",
    "PageProblem",
    "account",
    "actor",
    "answer_problem",
    "asset",
    "asset_bundle",
    "behind_https",
    "csrf",
    "database_problem",
    "install",
    "is_english",
    "is_machine",
    "locale",
    "named",
    "own_transaction",
    "running",
    "safe_next",
    "speak",
    "takes_files",
    "user",
    "wants_json",
]

csrf = CSRFProtect()


def install(app: Flask) -> None:
    """Put the edge on an app."""
    app.before_request(make_room)
    csrf.init_app(app)
    app.before_request(guard)
    compression.install(app)  # runs last
    app.after_request(set_headers)
    language.install(app)
    kept.install(app)
    assets.install(app)
    answers.install(app)

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        session.remove()
