"""What all counters promise, for everybody, and whether it was kept."""

from flask import Blueprint, render_template

from kiosk.commitments import queries
from kiosk.commitments.kinds import Place
from kiosk.commitments.queries import Promise
from kiosk.school import queries as school

blueprint = Blueprint("commitments", __name__)


@blueprint.get("/commitments/")
def index() -> str:
    """All canteens and counters with what they promise, and what they promised before."""
    today = school.today()
    found = [(place, *_of(place)) for place in queries.places()]
    return render_template(
        "commitments/index.html",
        places=[row for row in found if row[1] or row[2] or row[3]],
        silent=[place for place, *rows in found if not any(rows) and not queries.promised(place, today)],
        least=queries.LEAST,
    )


def _of(place: Place) -> tuple[list[Promise], list[Promise], list[Promise]]:
    """What the place itself promises now, will promise, and promised before."""
    today, own = school.today(), queries.commitments(place)
    standing = (queries.ruling(one, today) for one in own)
    now = [queries.promise(version) for version in standing if version and version.stands]
    coming = [queries.promise(version) for one in own if (version := queries.coming(one, today))]
    return now, coming, [former for one in own for former in queries.history(one, today)]
