"""Who may enter the office."""

from typing import Any

from flask import Response, current_app, make_response, redirect, request, url_for

from kiosk.core.errors import Forbidden, SignInNeeded
from kiosk.core.security import SOMEWHERE, Permission
from kiosk.core.web.addresses import in_office
from kiosk.core.web.answers import is_machine
from kiosk.core.web.application import account, running
from kiosk.core.web.transaction import SAFE_METHODS


def guard() -> Response | None:
    """Deny by default: every office view names its permission, and the account that asks must have it.

    A stranger is sent to sign in, or refused where a machine asks.
    """
    if not in_office():
        return None
    who = account()
    if who is None:
        if (
            is_machine()
            or request.method not in SAFE_METHODS
            or "event-stream" in request.headers.get("Accept", "")
        ):
            raise SignInNeeded
        return make_response(redirect(url_for(running().sign_in, next=request.full_path.rstrip("?"))))
    view = current_app.view_functions[request.endpoint or ""]
    permission = getattr(view, "permission", None)
    if permission is None or not _may(who, permission, getattr(view, "at", None)):
        problem = Forbidden()
        problem.permission = permission
        raise problem
    return None


def _may(who: Any, permission: Permission, at: Any) -> bool:
    """Whether the account has the right where the view acts."""
    if at is None:
        return bool(who.may(permission))
    if at is SOMEWHERE or not who.may_somewhere(permission):
        return bool(who.may_somewhere(permission))
    return bool(who.may(permission, at(**(request.view_args or {}))))
