"""What became of a rating, on its receipt: the case, the answer, and whether it is better now.

The receipt's address is the authority: nobody else can guess it. Looking changes nothing.
"""

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kiosk.cases import queries as cases
from kiosk.cases import services as casework
from kiosk.core.errors import Conflict, Invalid, NotFound
from kiosk.core.i18n import _
from kiosk.core.web import csrf
from kiosk.ratings import queries

blueprint = Blueprint("ratings_receipt", __name__)


@blueprint.post("/receipt/<rating_id>/<int:number>/<any(open,better,worse):verb>")
def act(rating_id: str, number: int, verb: str) -> AnyResponse:
    """The rater opens the answer, or says whether it is better now; that once, and within its days."""
    found = _receipt(rating_id, number)
    try:
        if verb == "open":
            casework.open_answer(found)
        else:
            casework.judge(found, better=verb == "better", text=request.form.get("text", ""))
            flash(_("Thank you. What you said stands with the case."), "good")
    except (Conflict, Invalid) as problem:
        if request.accept_mimetypes.best_match(("text/html", "application/json")) == "application/json":
            raise
        flash(str(problem), "alert")
    answer = redirect(url_for("ratings.receipt", rating_id=rating_id, _anchor=f"case-{number}"), 303)
    answer.headers["Cache-Control"] = "no-store"
    return answer


csrf.exempt(act)  # the id in the address cannot be guessed and is the authority; no cookie is looked at


def _receipt(rating_id: str, number: int) -> cases.Receipt:
    """What a rater can do with a case; NotFound for another's rating, or a case that it did not join."""
    try:
        rating = queries.rating(UUID(rating_id))
    except ValueError:
        rating = None
    receipts = queries.receipts_of(rating) if rating and cases.used_since() else []
    for found in receipts:
        if found.case.id == number:
            return found
    raise NotFound
