"""Public pages of postings: the list, a posting with its versions, its poster, and the feeds."""

import secrets
from collections.abc import Sequence
from functools import partial
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, render_template, request, url_for

from kiosk.chain import queries as chain
from kiosk.core import feeds
from kiosk.core.config import current
from kiosk.core.filters import month as month_words
from kiosk.core.formats import month_at, whole
from kiosk.core.i18n import _, lazy
from kiosk.core.qr import svg
from kiosk.core.web import named
from kiosk.core.web.answers import wants_json
from kiosk.postings import licences, queries, shown
from kiosk.postings.attached import Withdrawn, address_of
from kiosk.postings.forms import QuestionForm, question_form
from kiosk.postings.queries import Kind, Posted
from kiosk.school import queries as school
from kiosk.school.settings import INSTANCE_ID

blueprint = Blueprint("postings", __name__)
blueprint.add_app_template_filter(queries.shown, "posted_value")
blueprint.add_app_template_filter(queries.last_writer, "last_writer")
blueprint.add_app_template_filter(queries.posted_on)
blueprint.add_app_template_global(queries.question_marks)
blueprint.add_app_template_global(queries.questions_are_taken, "questions_taken")
blueprint.add_app_template_global(shown.rows_shown)
blueprint.add_app_template_global(shown.menu_days)
blueprint.add_app_template_global(licences.state, "licence_state")
blueprint.add_app_template_filter(queries.shown_cell, "posting_cell")
blueprint.add_app_template_filter(queries.period_words, "period")
blueprint.add_app_template_filter(month_words, "month")
blueprint.add_app_template_filter(queries.withdrawn_by)

SIZES = ("a4", "a3")
MOST_ENTRIES = 50
MOST_PAGES = 10_000
MOST_ROWS = 100
"""Rows of a posting that a feed tells; the others stand at its address."""


@blueprint.get("/postings/")
def index() -> str:
    """What is posted, the last first. ?kind= ?place= (canteen:k1, counter:c1, school) ?month= ?page="""
    kinds, wanted = queries.declared_kinds(), request.args.get("kind")
    chosen = [queries.kind_in_use(wanted)] if wanted else kinds
    places = _places(kinds)
    place = code if (code := request.args.get("place", "")) in places else ""
    month = month_at(request.args.get("month", ""))
    page = min(whole(request.args.get("page")) or 1, MOST_PAGES)
    found, more = queries.listed_postings(chosen, place=place, month=month, page=page)
    counts = queries.counted_postings(kinds, place=place, month=month)
    total = sum(counts[kind.slug] for kind in chosen)
    return render_template(
        "postings/index.html",
        kinds=kinds,
        wanted=wanted,
        places=places,
        place=place,
        month=f"{month:%Y-%m}" if month else "",
        months=school.months_since(queries.first_posted() or school.today()),
        counts=counts,
        found=found,
        coming=[] if found else [kind for kind in chosen if kind.rhythm],
        page=page,
        pages=-(-total // queries.PAGE) or 1,
        more=more,
        today=school.today(),
    )


def _places(kinds: Sequence[Kind]) -> dict[str, str]:
    """Whose postings of these kinds can be, by code."""
    found = dict.fromkeys(place for kind in kinds for place in queries.places(kind))
    return {
        queries.place_code(place) or "school": named(place) if place else _("Whole school") for place in found
    }


@blueprint.get("/postings/<int:number>")
def posting(number: int) -> Response:
    """A posting with all its versions. What was withdrawn is gone (410); the page says why."""
    found = queries.posted(number)
    gone = found.posting.withdrawal
    if wants_json() and gone:
        problem = Withdrawn(lazy("Withdrawn: %(reason)s"), reason=gone.reason)
        hashes = [one.row.hash for one in found.versions]
        problem.facts = {
            "hashes": hashes,
            "by": queries.withdrawn_by(gone),
            "at": gone.withdrawn_at.isoformat(),
        }
        raise problem
    if wants_json():
        return jsonify(_public(found))
    asked, part = queries.questions_on(found), _part()
    box = _box(found, asked, part)
    answer = make_response(
        render_template(
            "postings/posting.html",
            posted=found,
            own=_own(found),
            asked=asked,
            box=box,
            part=part,
            gone=gone,
            changes=queries.differences(found.versions),
            today=school.today(),
        )
    )
    answer.status_code = 410 if gone else 200
    if box:
        answer.headers["Cache-Control"] = "no-store"  # a form that is kept has a number that was used
    return answer


def _own(found: Posted) -> dict[str, Any]:
    """What the pages of a kind's own say of the versions."""
    pages = found.kind.pages
    return pages.context([one.row for one in found.versions]) if pages else {}


def _part() -> int:
    """Which part of the rows is wanted, from 0: that of the line ?row=, or ?lines= from 1 on."""
    line = whole(request.args.get("row"))
    return shown.part_of(line) if line else max((whole(request.args.get("lines")) or 1) - 1, 0)


def _box(found: Posted, asked: queries.Questions, part: int) -> QuestionForm | None:
    """The box for questions, where one may ask; ?row= is the line that was chosen."""
    if not (asked.may_ask and asked.window.is_open):
        return None
    form = question_form(found, whole(request.args.get("row")), part)
    form.sent.data = secrets.token_urlsafe(16)
    return form


def _public(found: Posted) -> dict[str, Any]:
    return {
        "id": found.posting.id,
        "kind": found.kind.slug,
        "versions": [
            {"hash": one.row.hash, "record": one.row.chain_seq, "content": one.row.content}
            for one in found.versions
        ],
        "attachments": [_attachment(found, one) for one in found.in_force.attachments],
        **_questions(queries.questions_on(found)),
    }


def _attachment(found: Posted, one: queries.Attached) -> dict[str, Any]:
    """An attachment of the version in force; without name and address it was erased."""
    return {
        "name": one.name or None,
        "address": address_of(found, one) if one.name else None,
        "type": one.media_type,
        "bytes": one.size,
        "sha256": one.digest,
    }


def _questions(found: queries.Questions) -> dict[str, Any]:
    """The questions as open data; the hour of a question is nobody's."""
    return {"questions_waiting": found.waiting, "questions": [_question(one) for one in found.asked]}


def _question(one: queries.Asked) -> dict[str, Any]:
    said = [
        {"what": verb, "day": day.isoformat(), "text": text}
        for verb, day, text in (*one.before, *one.answers)
    ]
    return {
        "version": one.question.version,
        "row": one.question.row,
        "row_now": one.line,
        "asker": one.question.asker,
        "also_asked_by": one.others,
        "asked": one.day.isoformat(),
        "text": one.text,
        "case": one.case.id,
        "due": one.due.isoformat() if one.due else None,
        "answered": one.is_answered,
        "withdrawn": one.is_taken_back,
        "late": one.is_late,
        "said": said,
    }


@blueprint.get("/postings/<int:number>/poster")
def poster(number: int) -> Response:
    """A posting as a sheet for the wall, A4 or A3."""
    found, base = queries.posted(number), current().public_url
    gone = found.posting.withdrawal
    address = base + url_for(".posting", number=number) if base else None
    size = request.args.get("size")
    text = render_template(
        "postings/poster.html",
        posted=found,
        own=_own(found),
        asked=queries.questions_on(found),
        gone=gone,
        changes=queries.differences(found.versions),
        size=size if size in SIZES else "a4",
        head=chain.head(),
        address=address,
        record_url=base + url_for("chain.index") if base else None,
        code=svg(address) if address else None,
    )
    answer = make_response(text)
    answer.status_code = 410 if gone else 200
    return answer


@blueprint.get("/feeds/all.atom")
def everything() -> Response:
    """All kinds as one Atom feed."""
    return _feed("all", None, queries.declared_kinds())


@blueprint.get("/feeds/<slug>.atom")
def feed(slug: str) -> Response:
    """A kind as an Atom feed: a correction is a newer `updated`, a withdrawal a tombstone (RFC 6721)."""
    kind = queries.kind_in_use(slug)
    return _feed(slug, kind.label, [kind])


@blueprint.app_template_filter()
def feed_title(one: Posted) -> str:
    """How a posting is called among those of other places and kinds."""
    title, label = one.in_force.title, str(one.kind.label)
    if one.posting.place is None:
        return title
    place = named(one.posting.place)
    if title.startswith(label):
        return " · ".join([label, place, *filter(None, [title[len(label) :].removeprefix(" · ")])])
    return f"{title} · {place}" if one.kind.heading else f"{label} · {place} · {title}"


def _feed(slug: str, label: Any, kinds: list[queries.Kind]) -> Response:
    """A page of a feed (RFC 5005); ?page=2 has what changed before."""
    page = min(whole(request.args.get("page")) or 1, MOST_PAGES)
    found, more = queries.recent(kinds, MOST_ENTRIES, page=page)
    text = render_template(
        "postings/feed.xml",
        slug=slug,
        label=label,
        found=found,
        page=page,
        more=more,
        most_rows=MOST_ROWS,
        urn=partial(feeds.urn, school.settings()[INSTANCE_ID]),
        base=current().public_url or "",
        updated=queries.changed_at(kinds),
    )
    return feeds.answer(text)
