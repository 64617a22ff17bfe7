"""Machines' addresses of ratings."""

from flask import Blueprint

blueprint = Blueprint("ratings_api", __name__)
