"""Machines' addresses of ratings: the intake and the receipt."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, request

from kiosk.board.services import register_section
from kiosk.core import open_data as edge
from kiosk.core.errors import Forbidden, NotFound, Problem, SignInNeeded
from kiosk.core.i18n import lazy
from kiosk.core.web import csrf
from kiosk.counters.queries import tablet_with
from kiosk.ratings import queries, services
from kiosk.ratings.board import SECTION
from kiosk.ratings.forms import MOST_BYTES, RatingInput, read_rating
from kiosk.ratings.models import Rating, Seal
from kiosk.ratings.open_data import COLUMNS, daily_tallies
from kiosk.school import queries as school

blueprint = Blueprint("ratings_api", __name__)
register_section(SECTION)
register_section(SECTION)
csrf.exempt(blueprint)  # no cookie has authority here: a device key or a pass stands in a header


class NoAuthority(SignInNeeded):
    """No device key and no pass, or a key that opens nothing."""

    code = "no-authority"
    message = lazy("This tablet is not enrolled, or its key was revoked.")


class OtherCounter(Forbidden):
    """The key or pass of another counter."""

    code = "other-counter"
    message = lazy("This key or code belongs to another counter.")


class NotJson(Problem):
    """A body that does not say it is JSON."""

    code = "not-json"
    status = 415
    message = lazy("This kind of content is not accepted here.")


@blueprint.post("/api/ratings")
def create() -> tuple[Response, int]:
    """Store a rating: 201 when it is new, 200 when it was stored before."""
    if request.mimetype != "application/json":
        raise NotJson
    request.max_content_length = MOST_BYTES
    sent = read_rating(request.get_data(cache=False))
    taken = _take(sent)
    if not taken.created:
        return jsonify(_receipt(taken.rating)), 200
    return jsonify(_told(taken.rating, sent.counter, taken.mark)), 201


def _take(sent: RatingInput) -> services.Taken:
    if "Authorization" in request.headers:
        return _take_from_tablet(sent)
    pass_text = request.headers.get("X-Pass")
    if not pass_text:
        raise NoAuthority
    return services.take_with_pass(
        phone_pass=services.read_pass(pass_text),
        counter=sent.counter,
        id=sent.id,
        level=sent.level,
        reasons=sent.reasons,
        comment=sent.comment,
        staff_id=sent.staff,
    )


def _take_from_tablet(sent: RatingInput) -> services.Taken:
    scheme, _, key = request.headers["Authorization"].partition(" ")
    tablet = tablet_with(key.strip()) if scheme.lower() == "device" else None
    if tablet is None:
        raise NoAuthority
    if tablet.counter.code != sent.counter:
        raise OtherCounter
    return services.take(
        id=sent.id,
        counter=tablet.counter,
        level=sent.level,
        channel="tablet",
        tablet=tablet,
        reasons=sent.reasons,
        comment=sent.comment,
        staff_id=sent.staff,
        tablet_seq=sent.seq,
        pressed_at=sent.pressed_at,
        live=sent.live,
    )


@blueprint.get("/api/ratings/<rating_id>")
def receipt(rating_id: str) -> Response:
    """The receipt. Whoever knows the id may read it; nobody else can guess one."""
    try:
        rating = queries.rating(UUID(rating_id))
    except ValueError:
        rating = None
    if rating is None:
        raise NotFound
    return jsonify(_receipt(rating))


def _receipt(rating: Rating) -> dict[str, Any]:
    found = queries.receipt(rating)
    told = _told(rating, found.counter.code, found.mark)
    if found.seal:
        told["seal"] = _sealed(found.seal, queries.proof(rating.seq, found.seal))
    return told


def _sealed(seal: Seal, proof: queries.Proof | None) -> dict[str, Any]:
    """A seal with what proves that a rating stands in it (docs/record.md says how to check it)."""
    told = {"number": seal.number, "digest": seal.digest, "chain_seq": seal.chain_seq, "path": []}
    if proof is None:
        return told
    return {
        **told,
        "path": [{side: other.hex()} for side, other in proof.path],
        "line": proof.line,
        "previous": proof.previous,
        "parts": [asdict(part) for part in proof.parts],
        "entry": {"previous": proof.before, "body": proof.entry.body, "hash": proof.entry.hash},
    }


def _told(rating: Rating, counter: str, mark: str | None) -> dict[str, Any]:
    told = {
        "id": str(rating.id),
        "code": queries.receipt_code(rating.id),
        "counter": counter,
        "level": rating.level,
        "status": queries.status(mark),
        "recorded_at": rating.recorded_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
    return {**told, "mark": mark} if mark else told


@blueprint.get("/data/ratings.csv")
def ratings_csv() -> Response | str:
    """Tallies of ?from= … ?to= by day and counter, as CSV."""
    first, last = edge.span(school.today())
    rows = ([row[name] for name, _ in COLUMNS] for row in daily_tallies(first, last))
    return edge.answer_csv(f"ratings_{first}_{last}", [label for _, label in COLUMNS], rows)


@blueprint.get("/data/ratings.json")
def ratings_json() -> Response:
    """The same as JSON."""
    first, last = edge.span(school.today())
    return edge.answer_json(first, last, "ratings", list(daily_tallies(first, last)))
