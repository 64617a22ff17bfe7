"""Public pages of purchases: a day, an item and its prices."""

from flask import Blueprint

blueprint = Blueprint("purchasing", __name__)
