"""Ratings in the office: all counters over a span, one counter's day and weeks, what is not counted."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for

from kiosk.core import tabular
from kiosk.core.actor import Place
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.errors import NotFound
from kiosk.core.i18n import Text, _, lazy, ngettext
from kiosk.core.security import requires
from kiosk.core.web import account, actor, named, safe_next
from kiosk.counters import queries as counters
from kiosk.counters.models import Counter
from kiosk.presence.models import CHANNEL_NAMES
from kiosk.ratings import history, queries, services
from kiosk.ratings.models import LEVELS, MARKS
from kiosk.ratings.office_forms import DecisionForm
from kiosk.ratings.permissions import ACKNOWLEDGE_ALERT, DECIDE_MARKS, PRINT_SLIPS, VIEW_RATINGS, VIEW_SINGLE
from kiosk.ratings.sentences import in_office
from kiosk.ratings.settings import HIDDEN_BELOW
from kiosk.school import queries as school

blueprint = Blueprint("ratings", __name__, url_prefix="/ratings")

COMMENTS = 12
OPEN_FOR = timedelta(days=60)
"""What nobody decided about is shown at least so long, whatever span is chosen."""


@dataclass(frozen=True)
class Span:
    """A stretch of days that can be chosen, first and last day included."""

    key: str
    label: Text
    first: date
    last: date


def sees_single() -> bool:
    """Whether the account sees today's scores, comments and small numbers."""
    return bool(account().may(VIEW_SINGLE))


def last_day() -> date:
    """The last day the account sees: the counters' own staff see only days that are over."""
    return school.today() if sees_single() else school.today() - timedelta(days=1)


def spans() -> list[Span]:
    """The spans offered; today only to those who see it."""
    last = last_day()
    term = next((term for term in school.terms() if term.starts <= last <= term.ends), None)
    spans = [
        Span("week", lazy("7 days"), last - timedelta(days=6), last),
        Span("month", lazy("30 days"), last - timedelta(days=29), last),
    ]
    if term:
        spans.append(Span("term", lazy("This term"), term.starts, last))
    if sees_single():
        spans.insert(0, Span("today", lazy("Today"), last, last))
    return spans


def chosen_span(offered: list[Span]) -> Span:
    """The span of the address, or the first one."""
    return next((span for span in offered if span.key == request.args.get("span")), offered[0])


def _common() -> dict[str, Any]:
    return {
        "single": sees_single(),
        "levels": LEVELS,
        "marks": MARKS,
        "hidden_below": school.settings()[HIDDEN_BELOW],
        "comma": _(", "),
    }


@blueprint.get("/")
@requires(VIEW_RATINGS)
def index() -> str:
    """All counters over a span; in order of score only those with enough ratings."""
    offered = spans()
    span = chosen_span(offered)
    by_score = request.args.get("sort") == "score"
    return render_template(
        "office/ratings/index.html",
        spans=offered,
        span=span,
        by_score=by_score,
        rows=history.standing(span.first, span.last, by_score=by_score),
        coverage=queries.coverage(span.first, span.last),
        ranked_from=queries.RANKED_FROM,
        prints_slips=account().may_somewhere(PRINT_SLIPS),
        **_common(),
    )


@blueprint.get("/export.csv")
@requires(VIEW_RATINGS)
def export() -> Response:
    """The span's tallies as CSV, one row for each counter and day."""
    span = chosen_span(spans())
    least = 1 if sees_single() else school.settings()[HIDDEN_BELOW]
    header = [
        _("Day"),
        _("Code"),
        _("Counter"),
        _("Ratings"),
        _("Score"),
        _("± (95 %)"),
        _("Good share (3–5)"),
        _("Satisfied share (4–5)"),
        *(str(word) for word in LEVELS.values()),
    ]
    rows = [
        _export_row(day, counter, counts, least)
        for day, counter, counts in history.daily(span.first, span.last)
    ]
    answer = Response(tabular.write_csv(header, rows), content_type="text/csv; charset=utf-8")
    name = f"ratings-{span.first}-{span.last}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _export_row(day: date, counter: Any, counts: queries.Counts, least: int) -> list[Any]:
    head = [day.isoformat(), counter.code, named(counter)]
    if counts.total < least:
        return [*head, _("too few"), *[None] * 9]
    width = counts.half_width
    return [
        *head,
        counts.total,
        round(counts.mean or 0, 2),
        None if width is None else round(width, 2),
        round(counts.good_share or 0, 4),
        round(counts.top_share or 0, 4),
        counts.n5,
        counts.n4,
        counts.n3,
        counts.n2,
        counts.n1,
    ]


@blueprint.get("/counters/<code>")
@requires(VIEW_RATINGS)
def counter(code: str) -> str:
    """One counter: a day by hour, four weeks as a heat map, its reasons, its comments, its trend."""
    counter = counters.counter(code)
    day = _chosen_day()
    level = request.args.get("level", type=int)
    level = level if level in LEVELS else None
    about = history.about(counter, day)
    return render_template(
        "office/ratings/counter.html",
        counter=counter,
        day=day,
        yesterday=day - timedelta(days=1),
        tomorrow=day + timedelta(days=1) if day < last_day() else None,
        last_day=last_day(),
        about=about,
        meals=[] if sees_single() else history.closed_meals(counter.id, school.today()),
        hours=_by_hour(about),
        trend=_by_day(about, code),
        weekdays=[_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")],
        most_reasons=max((max(share.count.good, share.count.bad) for share in about.reasons), default=0) or 1,
        reason_names={share.reason.code: named(share.reason) for share in about.reasons},
        comments=_comments(counter.id, level) if sees_single() else [],
        level=level,
        more=COMMENTS,
        **in_office(counter, actor()),
        **_common(),
    )


def _by_hour(about: history.About) -> list[tuple[str, queries.Counts, None]]:
    """The columns of the day's picture: every hour from the first to the last that was rated."""
    if not about.hours:
        return []
    hours = range(min(*about.hours, 7), max(*about.hours, 18) + 1)
    return [(str(hour), about.hours.get(hour, queries.Counts()), None) for hour in hours]


def _by_day(about: history.About, code: str) -> list[tuple[str, queries.Counts, str]]:
    """The columns of the trend; each opens its day."""
    return [
        (f"{day.month}-{day.day}", counts, url_for("office.ratings.counter", code=code, day=day.isoformat()))
        for day, counts in about.trend
    ]


def _comments(counter_id: int, level: int | None) -> list[queries.Comment]:
    before = request.args.get("before", type=int)
    levels = (level,) if level else None
    return queries.latest_comments(COMMENTS, counter_id=counter_id, before_seq=before, levels=levels)


def _chosen_day() -> date:
    last = last_day()
    text = request.args.get("day")
    if not text:
        return last
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise NotFound(lazy("There is no such day.")) from error
    return min(day, last)


@blueprint.get("/marks")
@requires(VIEW_SINGLE)
def marks() -> Answer:
    """What was kept and is not counted, and why, so that nothing is dropped in silence."""
    return _marks_page(DecisionForm(formdata=None))


def _marks_page(form: DecisionForm, code: str = "") -> Answer:
    offered = spans()
    span, today = chosen_span(offered), school.today()
    doubts = history.doubts(min(span.first, today - OPEN_FOR), today)
    rows = history.not_counted(span.first, span.last)
    text = render_template(
        "office/ratings/marks.html",
        spans=offered,
        span=span,
        rows=rows,
        used_marks=[mark for mark in MARKS if any(mark in marked for _counter, _counts, marked in rows)],
        undecided=[doubt for doubt in doubts if not doubt.decision],
        decided=[doubt for doubt in doubts if doubt.decision and doubt.day >= span.first],
        channels=history.channels(span.first, span.last),
        channel_names=CHANNEL_NAMES,
        decides=account().may_somewhere(DECIDE_MARKS),
        form=form,
        form_code=code,
        settings=school.settings(),
        **_common(),
    )
    return page(text, form)


def of_counter(code: str) -> Place:
    """Where a counter is."""
    return counters.place_of(counters.counter(code))


def of_alert(alert_id: int) -> Place:
    """Where the counter of an alert is."""
    return counters.place_of(counters.counter_numbered(history.alert(alert_id).counter_id))


@blueprint.post("/marks/<code>")
@requires(DECIDE_MARKS, of_counter)
def decide(code: str) -> Answer:
    """Count a counter's doubtful ratings of one meal again, or leave them uncounted; with a reason."""
    form, counter = DecisionForm(), counters.counter(code)
    saved = save(form, lambda: _decide(form, counter))
    if saved is None:
        return _marks_page(form, code)
    number = saved.result
    if form.verdict.data == "count":
        message = ngettext("%(num)s rating counts again.", "%(num)s ratings count again.", number)
    else:
        message = ngettext("%(num)s rating stays uncounted.", "%(num)s ratings stay uncounted.", number)
    return done(message, url_for(".marks", span=request.args.get("span")))


def _decide(form: DecisionForm, counter: Counter) -> int:
    return services.decide_marks(
        by=actor(),
        counter=counter,
        day=_day_of(form),
        meal=str(form.meal.data),
        mark=str(form.mark.data),
        count_again=form.verdict.data == "count",
        reason=form.reason.data,
    )


def _day_of(form: DecisionForm) -> date:
    try:
        return date.fromisoformat(str(form.day.data))
    except ValueError as error:
        raise NotFound(lazy("There is no such day.")) from error


@blueprint.post("/alerts/<int:alert_id>/acknowledge")
@requires(ACKNOWLEDGE_ALERT, of_alert)
def acknowledge(alert_id: int) -> Any:
    """Somebody has seen the alert; it stays open until the ratings are better."""
    services.acknowledge_alert(by=actor(), alert=history.alert(alert_id))
    return redirect(safe_next(request.form.get("next"), url_for("office.overview.index")))
