"""The chain as the office sees it."""

from flask import Blueprint

blueprint = Blueprint("chain", __name__, url_prefix="/chain")
