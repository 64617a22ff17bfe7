"""Machines' addresses of tablets: enrolment."""

from flask import Blueprint

blueprint = Blueprint("counters_api", __name__)
