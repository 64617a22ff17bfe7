"""Counters, canteens, reasons, duty roster, tablets and posters."""

from flask import Blueprint

blueprint = Blueprint("counters", __name__, url_prefix="/counters")
