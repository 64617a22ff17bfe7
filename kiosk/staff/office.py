"""The people of logistics."""

from flask import Blueprint

blueprint = Blueprint("staff", __name__, url_prefix="/staff")
