"""Machines' addresses of ratings: the intake and the receipt."""

import io
import json
from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import ClientDisconnected

from kiosk.core import json_input
from kiosk.core import open_data as edge
from kiosk.core.errors import NotFound
from kiosk.core.json_input import NotJson
from kiosk.core.web import Environ, KioskApp, csrf, own_transaction
from kiosk.counters.queries import key_fingerprint, tablet_asking
from kiosk.presence import services as presence
from kiosk.ratings import queries, receipts, services
from kiosk.ratings.desk import desk
from kiosk.ratings.forms import MOST_BYTES, read_rating
from kiosk.ratings.models import Stored
from kiosk.ratings.open_data import COLUMNS, daily_tallies
from kiosk.school import queries as school
from kiosk.seals import queries as sealed
from kiosk.seals.models import Seal

blueprint = Blueprint("ratings_api", __name__)
OUTCOME = "kiosk.outcome"
csrf.exempt(blueprint)  # no cookie has authority: a device key or a pass stands in a header


@blueprint.record_once
def _open(state: Any) -> None:
    state.app.lanes["POST", "/api/ratings"] = quick


@blueprint.post("/api/ratings")
@own_transaction
def create() -> tuple[Response, int]:
    """Store a rating: 201 when it is new, 200 when it was stored before."""
    outcome = request.environ.get(OUTCOME)
    if isinstance(outcome, Exception):
        raise outcome
    if request.mimetype != "application/json":
        raise NotJson
    request.max_content_length = MOST_BYTES
    outcome = outcome or desk().write(_press(request.environ, request.get_data(cache=False)))
    if not outcome.created:
        return jsonify(_receipt(outcome.rating, proven="Authorization" not in request.headers)), 200
    return jsonify(_answer(outcome.rating, outcome.counter, outcome.mark)), 201


def quick(app: KioskApp, environ: Environ) -> bytes | None:
    """The answer to a tablet's well-formed new rating, without what Flask does for a page: half of the cost.

    None for anything else; the view then says what is wrong, or what became of it.
    """
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return None
    is_plain = environ.get("CONTENT_TYPE") == "application/json" and 0 < length <= MOST_BYTES
    if not is_plain or "HTTP_AUTHORIZATION" not in environ:
        return None
    try:
        body = environ["wsgi.input"].read(length)
    except OSError:  # the sender is gone; nobody hears the answer
        environ[OUTCOME] = ClientDisconnected()
        return None
    try:
        environ["wsgi.input"] = io.BytesIO(body)
        outcome = desk(app).write(_press(environ, body))
    except Exception as problem:  # the view raises it again, where every failure is answered
        environ[OUTCOME] = problem
        return None
    if not outcome.created:
        environ[OUTCOME] = outcome
        return None
    return json.dumps(_answer(outcome.rating, outcome.counter, outcome.mark)).encode()


def _press(environ: Environ, body: bytes) -> services.Press:
    """What was sent, with the authority that was shown: a device key, or a pass."""
    entry = read_rating(body)
    authorization = environ.get("HTTP_AUTHORIZATION")
    device, phone_pass = None, None
    if authorization is not None:
        device = key_fingerprint(authorization)
    elif pass_text := environ.get("HTTP_X_PASS"):
        phone_pass = presence.read_pass(pass_text)
    if device is None and phone_pass is None:
        raise services.NoAuthority
    return services.Press(
        id=entry.id,
        level=entry.level,
        counter=entry.counter,
        device=device,
        phone_pass=phone_pass,
        card=entry.visitor if device else "",
        reasons=entry.reasons,
        comment=entry.comment,
        staff_id=entry.staff,
        tablet_seq=entry.seq if device else 0,
        pressed_at=entry.pressed_at,
        live=entry.live and device is not None,
        returned=entry.returned if device else None,
        taken_back=entry.taken_back,
    )


@blueprint.post("/api/visitors")
def visitor() -> tuple[Response, int]:
    """A card held to a tablet's reader: a token that makes the next tap this card's one voice in the meal."""
    tablet = tablet_asking(request.headers.get("Authorization", ""))
    if tablet is None:
        raise services.NoAuthority
    if request.mimetype != "application/json":
        raise NotJson
    request.max_content_length = MOST_BYTES
    card = json_input.read(request.get_data(cache=False)).text("card", 100)
    return jsonify({"visitor": presence.card_visitor(counter=tablet.counter, card=card)}), 201


@blueprint.get("/api/ratings/<rating_id>")
def receipt(rating_id: str) -> Response:
    """The receipt. Whoever knows the id may read it; nobody else can guess one."""
    try:
        rating = queries.rating(UUID(rating_id))
    except ValueError:
        rating = None
    if rating is None:
        raise NotFound
    return jsonify({**_receipt(rating), **receipts.as_json(rating)})


def _receipt(rating: Stored, *, proven: bool = True) -> dict[str, Any]:
    """What is stored; the proof of its seal costs most of that, and a tablet that repeats needs none."""
    receipt = queries.receipt(rating)
    answer = _answer(rating, receipt.counter.code, receipt.mark)
    if receipt.seal:
        answer["seal"] = _sealed(receipt.seal, sealed.proof(rating.seq, receipt.seal) if proven else None)
    return answer


def _sealed(seal: Seal, proof: sealed.Proof | None) -> dict[str, Any]:
    """A seal with what proves that a rating stands in it (docs/record.md says how to check it)."""
    answer = {"number": seal.number, "digest": seal.digest, "chain_seq": seal.chain_seq, "path": []}
    if proof is None:
        return answer
    return {
        **answer,
        "path": [{side: node.hex()} for side, node in proof.path],
        "line": proof.line,
        "previous": proof.previous,
        "parts": [asdict(part) for part in proof.parts],
        "entry": {"previous": proof.before, "body": proof.entry.body, "hash": proof.entry.hash},
    }


def _answer(rating: Stored, counter: str, mark: str | None) -> dict[str, Any]:
    answer = {
        "id": str(rating.id),
        "code": queries.receipt_code(rating.id),
        "counter": counter,
        "level": rating.level,
        "status": queries.status(mark),
        "recorded_at": rating.recorded_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
    return {**answer, "mark": mark} if mark else answer


@blueprint.get("/data/seals.json")
def seals() -> Response:
    """Every seal, the oldest first, or those after number ?after=: what a kept receipt is compared with."""
    after = request.args.get("after", 0, type=int)
    rows = [
        {
            "number": seal.number,
            "at": seal.at.isoformat(timespec="minutes"),
            "ratings": seal.count,
            "first": seal.first,
            "last": seal.last,
            "digest": seal.digest,
            "previous": seal.previous,
            "chain_seq": seal.chain_seq,
            "format": seal.format,
        }
        for seal in sealed.seals(queries.SERIES, after=min(max(after, 0), 2**31 - 1))
    ]
    response = jsonify({"seals": rows})
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


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
    return edge.answer_json(first, last, "ratings", daily_tallies(first, last))
