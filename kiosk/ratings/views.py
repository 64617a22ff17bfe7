"""The tablet page and the phone page."""

from flask import Blueprint

blueprint = Blueprint("ratings", __name__)
