"""A counter's ratings: its day, its weeks, its reasons, its comments."""

from flask import Blueprint

blueprint = Blueprint("ratings", __name__, url_prefix="/ratings")
