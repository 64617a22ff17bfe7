"""Tenders for everybody: the list, and each from its need to its contract."""

import json
from typing import Any

from flask import Blueprint, render_template
from sqlalchemy import select

from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.core.masking import mask
from kiosk.counters.models import Counter
from kiosk.postings import queries as postings
from kiosk.school import queries as school
from kiosk.tenders import queries
from kiosk.tenders.models import (
    CLOSED,
    FAILED,
    INTERESTS,
    NOTICE,
    PRICINGS,
    REASONS,
    SUBJECTS,
    TIES,
    WITHDRAWN,
    Tender,
    TenderBrought,
)
from kiosk.tenders.services.wording import absent_told, recused_told

blueprint = Blueprint("tenders", __name__, url_prefix="/tenders")
blueprint.add_app_template_filter(mask, "tender_masked")


@blueprint.get("/")
def index() -> str:
    """What can be bid for, what is decided, what is under contract, and notices that were brought in."""
    found = [one for one in queries.tenders() if queries.is_public(one)]
    brought = list(session.scalars(select(TenderBrought.posting_id).order_by(TenderBrought.id)))
    return render_template(
        "tenders/index.html",
        groups=[
            ("open", [one for one in found if one.state == NOTICE and not queries.is_over(one)]),
            ("now", [one for one in found if _is_decided(one)]),
            ("contract", [one for one in found if one.contract]),
            ("over", [one for one in found if one.state in (WITHDRAWN, FAILED)]),
        ],
        need=queries.need,
        notice=queries.notice,
        subjects=SUBJECTS,
        brought=[postings.posted(number) for number in brought],
        today=school.today(),
    )


def _is_decided(one: Tender) -> bool:
    waiting = one.state in queries.UNDER_WAY
    return waiting and not (one.state == NOTICE and not queries.is_over(one))


@blueprint.get("/<int:number>")
def show(number: int) -> str:
    """One tender: its stations, what is bought, rules, envelopes, opening, points, award, contract."""
    found = queries.tender(number)
    if not queries.is_public(found):
        raise NotFound
    return render_template("tenders/show.html", tender=found, **_told(found))


def _told(found: Tender) -> dict[str, Any]:
    opening = queries.sitting(found)
    contract = found.contract
    counter = session.get(Counter, contract.counter_id) if contract and contract.counter_id else None
    is_read = opening is not None and opening.state == CLOSED
    return {
        "need": queries.need(found),
        "notice": queries.notice(found),
        "stations": queries.stations(found),
        "standing": queries.standing(found),
        "offers": queries.offers(found) if is_read else {},
        "ranked": queries.ranking(found) if found.award else [],
        "marks": queries.marks(found) if is_read or found.award else [],
        "opening": opening,
        "absent": absent_told(opening) if opening and opening.decided_at else "",
        "recused": recused_told(opening) if opening else "",
        "lines": queries.lines_of(queries.need(found)),
        "told": queries,
        "subjects": SUBJECTS,
        "pricings": PRICINGS,
        "ties": TIES,
        "reasons": REASONS,
        "interests": INTERESTS,
        "award_content": json.loads(found.award.content) if found.award else {},
        "counter": counter,
        "today": school.today(),
        "is_over": queries.is_over(found),
    }
