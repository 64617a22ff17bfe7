"""The record for everybody: its head, and whether it holds a head that somebody has on paper."""

from flask import Blueprint, Response, jsonify, render_template, request

from kiosk.chain import queries
from kiosk.chain.queries.sentences import sentence
from kiosk.core.formats import whole

blueprint = Blueprint("chain", __name__)


@blueprint.get("/record")
def index() -> str:
    """The head as it stands; with ?characters= (and ?seq=) what became of a head that was printed."""
    typed, seq = request.args.get("characters", ""), whole(request.args.get("seq", "").strip())
    return render_template(
        "chain/index.html",
        head=queries.head(),
        newest=queries.entry(queries.head().seq),
        typed=typed[:100],
        number=request.args.get("seq", "").strip()[:20],
        beginning=queries.beginning(),
        found=queries.compare(typed, seq) if typed.strip() else None,
        mailed=bool(queries.mail_to()),
        short=queries.short,
        sentence=sentence,
    )


@blueprint.get("/data/head.json")
def head() -> Response:
    """The head for programs: its number, its hash, the characters that are printed, and when it was made."""
    now = queries.head()
    newest = queries.entry(now.seq)
    answer = jsonify(
        {
            "seq": now.seq,
            "hash": now.hash,
            "short": now.short,
            "at": newest.at.isoformat(timespec="seconds") if newest else None,
        }
    )
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
