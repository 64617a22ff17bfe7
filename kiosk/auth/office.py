"""Accounts: one's own, and everybody's."""

from flask import Blueprint

blueprint = Blueprint("auth", __name__, url_prefix="/accounts")
