"""School settings: the school itself, terms, school days, meals."""

from flask import Blueprint

blueprint = Blueprint("school", __name__, url_prefix="/school")
