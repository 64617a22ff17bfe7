"""What the grid of a draft asks by itself: to be saved, and what a paste means."""

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from kiosk.core.errors import Conflict, Invalid, NotFound, Problem
from kiosk.core.i18n import Text, listed
from kiosk.core.security import requires
from kiosk.core.web import actor, own_transaction
from kiosk.postings import grid, queries, services
from kiosk.postings.permissions import VIEW_POSTINGS

blueprint = Blueprint("posting_grid", __name__, url_prefix="/postings")
MOST_TOLD = 5


@blueprint.post("/<int:number>/draft.json")
@requires(VIEW_POSTINGS)
def keep(number: int) -> Response:
    """Save what was typed so far: the new revision, and what is wrong, cell by cell."""
    posting = queries.posting(number)
    kind = queries.kind_in_use(posting.kind)
    kind.ask(kind.drafts, actor(), queries.place_of(posting))
    if posting.draft is None:
        raise NotFound
    body = grid.draft_of_json(kind, request.get_data())
    try:
        draft = services.save_draft(by=actor(), draft=posting.draft, by_itself=True, **body)
    except services.Stale as problem:
        rows = [row for row in body["rows"] if any(row.values())]
        found = queries.meanwhile(posting.draft, body["fields"], rows)
        told = [f"{cell.label}: {cell.old or '—'} → {cell.new or '—'}" for cell in found[:MOST_TOLD]]
        return _refusal(problem, " ".join([str(problem), queries.last_writer(posting.draft), listed(told)]))
    except (Conflict, Invalid) as problem:
        return _refusal(problem, str(problem))
    return jsonify(revision=draft.revision, errors=grid.malformed(kind, body["fields"], body["rows"]))


def _refusal(problem: Problem, title: Text) -> Response:
    answer = jsonify(code=problem.code, title=str(title))
    answer.status_code = problem.status
    return answer


@blueprint.post("/paste/<slug>")
@requires(VIEW_POSTINGS)
@own_transaction
def paste(slug: str) -> Response:
    """What a pasted table is, as rows of the grid; nothing is kept."""
    kind = queries.kind_in_use(slug)
    rows, first = grid.paste_of_json(request.get_data())
    return jsonify(grid.pasted(kind, rows, first))
