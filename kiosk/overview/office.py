"""The live view."""

from flask import Blueprint

blueprint = Blueprint("overview", __name__)
