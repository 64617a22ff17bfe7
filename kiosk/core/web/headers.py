"""What every answer says about itself."""

from flask import Response, current_app, request
from werkzeug.routing import RequestRedirect

from kiosk.core.web.addresses import relative

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""What every answer says."""
HSTS = ("Strict-Transport-Security", "max-age=31536000")


def behind_https() -> bool:
    """Whether browsers reach us by https: the public address says so, or this very request came that way.

    A proxy on another machine that nobody named is not believed; the configuration is.
    """
    return request.is_secure or bool(current_app.config["SESSION_COOKIE_SECURE"])


def set_headers(answer: Response) -> Response:
    """Add them, unless the view has said otherwise."""
    head = answer.headers
    if isinstance(request.routing_exception, RequestRedirect):  # names the Host that was sent
        head["Location"] = relative(request.routing_exception.new_url)
    for name, value in HEADERS.items():
        head.setdefault(name, value)
    if behind_https():
        head.setdefault(*HSTS)
    if request.endpoint == "static":
        if "v" in request.args:
            head["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        head.setdefault("Cache-Control", "no-store" if request.path.startswith("/office") else "no-cache")
    return answer
