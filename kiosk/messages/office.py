"""Which channels are set up, whether they work, and what was sent."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kiosk.auth.models import ROLES
from kiosk.core import config
from kiosk.core.edit import done
from kiosk.core.i18n import _
from kiosk.core.security import requires
from kiosk.core.web import actor, own_transaction
from kiosk.core.web.navigation import below
from kiosk.messages import queries, services
from kiosk.messages.channels import KINDS
from kiosk.messages.permissions import MANAGE_MESSAGES

blueprint = Blueprint("messages", __name__, url_prefix="/messages")
blueprint.before_request(below("office.school.index"))


@blueprint.get("/")
@requires(MANAGE_MESSAGES)
def index() -> str:
    """The channels, each with its last answer, and the newest messages."""
    return render_template(
        "office/messages/index.html",
        standings=queries.standings(),
        messages=queries.recent(),
        kinds=KINDS,
        roles=list(ROLES),
        role_names=lambda message: [ROLES[role] for role in message.roles.split() if role in ROLES],
        config_file=config.current().folder / config.CONFIG,
        has_address=bool(config.current().public_url),
    )


@blueprint.post("/<mark>/test")
@requires(MANAGE_MESSAGES)
@own_transaction
def test(mark: str) -> Response:
    """Send a test message, and say what the channel answered."""
    channel = queries.channel(mark)
    if refusal := services.send_test(by=actor(), channel=channel):
        flash(_("The test message did not arrive. %(why)s", why=str(refusal)), "alert")
        return redirect(url_for(".index"))
    said = _(
        "%(channel)s took the test message. Please look whether it can be read there.", channel=channel.label
    )
    return done(said, url_for(".index"))
