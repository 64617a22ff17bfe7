"""The canteen manager's morning: sheets, import, items, suppliers."""

from flask import Blueprint

blueprint = Blueprint("purchasing", __name__, url_prefix="/purchasing")
