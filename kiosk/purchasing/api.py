"""Open data of purchases, and completion for the grid."""

from flask import Blueprint

blueprint = Blueprint("purchasing_api", __name__)
