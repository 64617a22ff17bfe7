"""What was asked and answered, for everybody: the list, a case, the figures of the counters, the feed."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, render_template, request

from kiosk.cases import queries
from kiosk.core import feeds
from kiosk.core.config import current
from kiosk.core.formats import whole
from kiosk.counters import queries as counters
from kiosk.school import queries as school
from kiosk.school.settings import INSTANCE_ID

blueprint = Blueprint("cases", __name__)

MOST_PAGES = 10_000
MOST_ENTRIES = 50
LONGEST_SEARCH = 40


@blueprint.get("/cases/")
def index() -> str:
    """The list: late ones first, then open, answered, closed. ?view= ?kind= ?place= ?q= ?page="""
    view = request.args.get("view", "")
    wanted = queries.Wanted(
        view if view in queries.LISTS else queries.Wanted().view,
        request.args.get("kind", "")[:20],
        request.args.get("place", "")[:80],
        request.args.get("q", "").strip()[:LONGEST_SEARCH],
    )
    page = min(whole(request.args.get("page")) or 1, MOST_PAGES)
    found, total = queries.shown_list(wanted, page)
    return render_template(
        "cases/index.html",
        wanted=wanted,
        found=found,
        total=total,
        page=page,
        pages=-(-total // queries.A_LIST) or 1,
        lists=queries.LISTS,
        counts=queries.counted(wanted.place),
        kinds=queries.kinds(),
        places=[(code, label) for code, _place, label in counters.places()],
        **_words(),
    )


@blueprint.get("/cases/<int:number>")
def case(number: int) -> str:
    """A case with its history, how its due day was counted, the answer, corrections and how it ended."""
    found = queries.public_case(number)
    return render_template(
        "cases/case.html",
        public=found,
        case=found.case,
        again=queries.again(found.case),
        owner=queries.post_of(found.case.owner, school.today()),
        due=queries.due_of(found.case),
        mending=queries.mending(found.case) if found.case.is_open else None,
        today=school.today(),
        address=queries.public_address(found.case.subject),
        **_words(),
    )


def _words() -> dict[str, Any]:
    meals = {meal.code: meal for meal in school.meals()}
    return {
        "kind_label": queries.kind_label,
        "subject_label": queries.public_label,
        "is_late": queries.is_late,
        "meals": meals,
    }


@blueprint.get("/cases/figures")
def figures() -> str:
    """How many cases of each counter were answered in time, mended, better after and reopened."""
    found = queries.figures()
    return render_template(
        "cases/figures.html",
        rows=[(one, found[one.code]) for one in counters.counters() if one.code in found],
    )


@blueprint.get("/feeds/cases.atom")
def feed() -> Response:
    """The cases in which something happened last, as an Atom feed whose ids never change."""
    found = queries.news(MOST_ENTRIES)
    page = render_template(
        "cases/feed.xml",
        found=found,
        urn=partial(feeds.urn, school.settings()[INSTANCE_ID]),
        base=current().public_url or "",
        **_words(),
    )
    return feeds.answer(page)
