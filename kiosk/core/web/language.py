"""The language of a request."""

from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, has_request_context, request
from flask_babel import Babel, get_locale

from kiosk.core import catalogues, terminal
from kiosk.core.config import ROOT
from kiosk.core.i18n import LANGUAGE_TAGS, LOCALES
from kiosk.core.i18n import named as named
from kiosk.core.web.headers import behind_https

LANGUAGE_COOKIE = "lang"

babel = Babel()


def locale() -> str:
    """The language of this request: chosen by ?lang=, remembered in a cookie; Chinese otherwise.

    The command line speaks the terminal's.
    """
    if not has_request_context():
        return terminal.spoken() or LOCALES[0]
    tags = (
        {tag: name for name, tag in LANGUAGE_TAGS.items()}
        | {name: name for name in LOCALES}
        | {"zh": LOCALES[0]}
    )
    for wish in (request.args.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if wish in tags:
            return tags[wish]
    return LOCALES[0]


def is_english() -> bool:
    """Whether English is spoken, in this request or inside `in_language`: things have English names then."""
    return str(get_locale() or locale()) == "en"


def switch_language_url() -> str:
    """This page in the other language."""
    other = "zh" if is_english() else "en"
    args = {**request.args.to_dict(), "lang": other}
    return f"{request.path}?{urlencode(args)}"


def remember_language(answer: Response) -> Response:
    """Keep the language that was chosen by ?lang= in a cookie."""
    wish = request.args.get("lang")
    if wish in ("zh", "en"):
        answer.set_cookie(
            LANGUAGE_COOKIE, wish, max_age=31536000, samesite="Lax", httponly=True, secure=behind_https()
        )
    return answer


def speak(app: Flask) -> None:
    """Give an app its languages, as they are now."""
    catalogues.bring_up_to_date()
    babel.init_app(
        app, locale_selector=locale, default_translation_directories=str(ROOT / "kiosk/translations")
    )


def install(app: Flask) -> None:
    """Give an app its languages, and its templates the words for them."""
    speak(app)
    app.after_request(remember_language)
    app.jinja_env.globals.update(named=named, switch_language_url=switch_language_url)

    @app.context_processor
    def language() -> dict[str, Any]:
        name = locale()
        return {"locale": name, "lang_tag": LANGUAGE_TAGS[name], "other_tag": "zh" if name == "en" else "en"}
