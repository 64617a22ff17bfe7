"""The live view: the day's purchases beside the ratings of every counter, as a page, a snapshot, a stream."""

from typing import Any
from weakref import WeakKeyDictionary

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as BaseResponse

from kiosk.auth import queries as auth
from kiosk.auth.models import Account
from kiosk.core import clock
from kiosk.core.db import give_back_connection
from kiosk.core.filters import clock_time, day, margin, one_decimal
from kiosk.core.i18n import _, ngettext
from kiosk.core.security import requires
from kiosk.core.snapshots import Edition, etag
from kiosk.core.stream import CAP, Feed, Watcher
from kiosk.core.web import KioskApp, account, locale, named, running
from kiosk.counters.models import Counter
from kiosk.overview import queries
from kiosk.overview.attention import counter_url, row, when
from kiosk.overview.permissions import ENTER, OFFER_ACKNOWLEDGE, OFFER_WRITE, OFFERS, VIEW_LIVE
from kiosk.overview.queries import CounterNow, Live
from kiosk.overview.standing import standing
from kiosk.ratings.models import LEVELS
from kiosk.ratings.queries import AlertNow, Said
from kiosk.school import queries as school

blueprint = Blueprint("overview", __name__)
_feeds: WeakKeyDictionary[Flask, Feed] = WeakKeyDictionary()
"""The feed of each application; in life there is one."""


@blueprint.record_once
def _make_feed(state: Any) -> None:
    app: KioskApp = state.app
    _feeds[app] = Feed(
        app,
        token=lambda: queries.token(clock.now()),
        parts=lambda rights: parts(queries.live(clock.now()), rights),
        allowed=_may_still_watch,
        cap=int(app.instance.get("KIOSK_STREAMS") or CAP),
    )


def edition() -> Edition:
    """The edition of the live view that this account sees."""
    return Edition(locale(), _rights(account()))


def _rights(who: Account) -> frozenset[str]:
    return frozenset(offer.name for offer in OFFERS if who.may(offer))


def feed(app: Flask | None = None) -> Feed:
    """The live view's feed of an application: the running one if none is named."""
    return _feeds[app or running()]


@blueprint.get("/")
@requires(ENTER)
def index() -> str | BaseResponse:
    """The live view, complete without JavaScript; with it, it stays up to date. Others go where they may."""
    if not account().may(VIEW_LIVE):
        return redirect(url_for("office.ratings.index"))
    give_back_connection()
    snapshot = feed().snapshot(edition())
    shown = {name: current_app.json.loads(text) for name, text in snapshot.parts.items()}
    by_score = request.args.get("sort") == "score"
    if by_score:
        shown["counters"].sort(key=lambda one: one["rank"] or len(shown["counters"]) + 1)
    return render_template(
        "office/overview/index.html",
        parts=shown,
        by_score=by_score,
        levels=LEVELS,
        comma=_(", "),
        now=school.now(),
        zone=school.settings().timezone,
        group=f"{locale()}-{g.sign_in.id}",
        may_acknowledge=account().may(OFFER_ACKNOWLEDGE),
        may_write=account().may(OFFER_WRITE),
    )


@blueprint.get("/live.json")
@requires(VIEW_LIVE)
def live_json() -> Response:
    """The snapshot; 304 while nothing has changed."""
    give_back_connection()
    snapshot = feed().snapshot(edition())
    answer = make_response(snapshot.text())
    answer.content_type = "application/json"
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Vary"] = "Cookie"
    answer.set_etag(etag(snapshot.token, edition()))
    answer.make_conditional(request)
    return answer


@blueprint.get("/live")
@requires(VIEW_LIVE)
def live() -> Response:
    """The event stream: `snapshot`, then `changed` with the parts that did; `over` when signed out."""
    stream = feed().open(edition(), owner=int(g.sign_in.id))
    answer = Response(stream.body(request.environ), content_type="text/event-stream")
    answer.call_on_close(stream.close)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Accel-Buffering"] = "no"
    return answer


def _may_still_watch(watchers: set[Watcher]) -> set[Watcher]:
    """Those whose account may still see the live view, and in the same edition."""
    accounts = {one: auth.account_signed_in(one.owner) for one in watchers}
    return {
        one
        for one, who in accounts.items()
        if who and who.may(VIEW_LIVE) and _rights(who) == one.edition.rights
    }


def parts(live: Live, rights: frozenset[str]) -> dict[str, Any]:
    """The live view in the reader's language, as plain values: what the page shows and live.json says."""
    still = standing(live.now, Edition(locale(), rights))
    return {
        "day": _day(live),
        "attention": [*_alerts(live), *still.attention],
        "purchases": still.purchases,
        "counters": [_counter(one) for one in live.counters],
        "comments": _comments(live),
    }


def _day(live: Live) -> dict[str, Any]:
    weekdays = (
        _("vs last Mon"),
        _("vs last Tue"),
        _("vs last Wed"),
        _("vs last Thu"),
        _("vs last Fri"),
        _("vs last Sat"),
        _("vs last Sun"),
    )
    return {
        "date": live.day.isoformat(),
        "text": day(live.day),
        "meal": named(live.meal) if live.meal else "",
        "total": live.total,
        "total_text": ngettext("%(num)s rating today", "%(num)s ratings today", live.total),
        "compared": weekdays[live.day.weekday()],
    }


def _counter(one: CounterNow) -> dict[str, Any]:
    counts, least = one.counts, school.settings().hidden_below
    shown = counts.total >= least
    both = shown and one.week_ago.total >= least
    delta = round((counts.mean or 0) - (one.week_ago.mean or 0), 1) + 0.0 if both else None
    hour = sum(count for count, _mean in one.last_hour)
    return {
        "code": one.counter.code,
        "url": counter_url(one.counter),
        "sign": one.counter.sign or one.counter.name[:1],
        "name": named(one.counter),
        "n": counts.total,
        "score": one_decimal(counts.mean) if shown else "—",
        "note": margin(one.counts.half_width) if shown else (_("too few") if counts.total else _("none yet")),
        "levels": [counts.n5, counts.n4, counts.n3, counts.n2, counts.n1] if shown else None,
        "hour": [count for count, _mean in one.last_hour],
        "hour_text": ngettext("%(num)s in the last hour", "%(num)s in the last hour", hour),
        "delta": _signed(delta),
        "worse": both and counts.clearly_below(one.week_ago),
        "rank": one.rank,
        "alert": _alert(one.alert) if one.alert else None,
        "ack": one.alert is not None and one.alert.alert.acknowledged_at is None,
    }


def _signed(delta: float | None) -> str:
    if delta is None:
        return ""
    return one_decimal(delta, signed=delta != 0)


def _alert(alert: AlertNow) -> dict[str, Any]:
    minutes = school.settings().alert_minutes
    text = _("bad %(bad)s of %(total)s in %(minutes)s min", bad=alert.bad, total=alert.total, minutes=minutes)
    known = alert.alert.acknowledged_at is not None
    return {
        "id": alert.alert.id,
        "text": text,
        "acknowledged": known,
        "url": url_for("office.ratings.acknowledge", alert_id=alert.alert.id),
    }


def _comments(live: Live) -> list[dict[str, Any]]:
    by_id = {one.counter.id: one.counter for one in live.counters}
    return [_said(said, by_id.get(said.counter_id)) for said in live.comments]


def _said(said: Said, counter: Counter | None) -> dict[str, Any]:
    return {
        "seq": said.seq,
        "level": said.level,
        "level_text": str(LEVELS[said.level]),
        "text": said.comment_masked,
        "counter": named(counter) if counter else "",
        "url": f"{counter_url(counter)}#comments" if counter else "",
        "time": when(said.recorded_at),
    }


def _alerts(live: Live) -> list[dict[str, Any]]:
    """The alerts that nobody has seen yet."""
    return [
        {
            **row("alert", str(one.alert.alert.id), _alert_text(one, one.alert), counter_url(one.counter)),
            "ack": True,
            "alert": _alert(one.alert),
        }
        for one in live.counters
        if one.alert and one.alert.alert.acknowledged_at is None
    ]


def _alert_text(one: CounterNow, alert: AlertNow) -> str:
    since, text = clock_time(alert.since), _alert(alert)["text"]
    return str(_("%(counter)s since %(time)s: %(text)s", counter=named(one.counter), time=since, text=text))
