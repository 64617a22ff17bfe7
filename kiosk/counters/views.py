"""Public addresses of counters: the short link of a QR."""

from flask import Blueprint

blueprint = Blueprint("counters", __name__)
