"""Open contracting data: /data/ocds.json."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from flask import Blueprint, Response, current_app

from kiosk.core import clock, config, feeds, served
from kiosk.core import open_data as edge
from kiosk.core.errors import NotFound
from kiosk.core.i18n import lazy
from kiosk.overview import ocds
from kiosk.school import queries as school
from kiosk.school.settings import INSTANCE_ID, NAME
from kiosk.tenders import queries as tenders

blueprint = Blueprint("overview_ocds_api", __name__)


class NothingYet(NotFound):
    """A package holds at least one release."""

    message = lazy("No tender is public yet; open contracting data begins with the first.")


@blueprint.get("/data/ocds.json")
def package() -> Response:
    """All releases as one package of OCDS 1.1."""
    place = ocds.Place(tenders.ocid_prefix(), served.address(config.current()) or "")
    found = ocds.releases(place)
    first = next(found, None)
    if first is None:
        raise NothingYet
    return edge.answer_parts(_parts(place, chain([first], found)), "application/json")


def _parts(place: ocds.Place, releases: Iterator[ocds.Json]) -> Iterator[bytes]:
    """The package, release by release; dated by its newest one: an unchanged one stays the same."""
    dumps, own = current_app.json.dumps, school.settings()
    head: dict[str, Any] = {
        "uri": place.uri("/data/ocds.json") or feeds.urn(own[INSTANCE_ID], "ocds"),
        "version": ocds.VERSION,
        "extensions": list(ocds.EXTENSIONS),
        "publisher": {"name": own[NAME]},
    }
    newest = ""
    yield f'{dumps(head)[:-1]},"releases":['.encode()
    for number, one in enumerate(releases):
        newest = max(newest, one["date"])
        yield ("," * (number > 0) + dumps(one)).encode()
    yield f'],"publishedDate":{dumps(newest or clock.now().isoformat())}}}\n'.encode()
