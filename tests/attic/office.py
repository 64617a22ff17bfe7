"""The attic's page in the office."""

from flask import Blueprint

from kiosk.core.security import requires
from kiosk.overview.permissions import ENTER

blueprint = Blueprint("attic", __name__, url_prefix="/attic")


@blueprint.get("/")
@requires(ENTER)
def index() -> str:
    """What lies in the attic."""
    return "dust"
