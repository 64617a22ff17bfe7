"""The live view: the day's purchases beside the ratings of every counter, as a page, a snapshot, a stream."""

from datetime import datetime
from typing import Any

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
from kiosk.core import clock
from kiosk.core.config import Instance
from kiosk.core.filters import clock_time, day, margin, one_decimal, percent
from kiosk.core.formats import fen_to_text, milli_to_text, price_to_text
from kiosk.core.i18n import _, lazy, ngettext
from kiosk.core.security import requires
from kiosk.core.snapshots import etag
from kiosk.core.stream import CAP, Feed
from kiosk.core.web import account, locale, named
from kiosk.counters.models import Counter
from kiosk.counters.queries import Silence
from kiosk.overview import queries
from kiosk.overview.permissions import ENTER, OFFER_ACKNOWLEDGE, OFFER_WRITE, VIEW_LIVE
from kiosk.overview.queries import CanteenNow, CounterNow, Live
from kiosk.purchasing.queries import PricedLine
from kiosk.ratings.models import LEVELS
from kiosk.ratings.queries import AlertNow, Said
from kiosk.school import queries as school

blueprint = Blueprint("overview", __name__)
NAV = [(lazy("Today"), "office.overview.index", VIEW_LIVE)]
FEED = "kiosk_live"
MOST_SILENCES = 3
"""More silent counters than this are told in one line."""


@blueprint.record_once
def _make_feed(state: Any) -> None:
    app: Flask = state.app
    instance: Instance = app.extensions["kiosk_instance"]
    app.extensions[FEED] = Feed(
        app,
        token=lambda: queries.token(clock.now()),
        parts=lambda: parts(queries.live(clock.now())),
        allowed=_may_still_watch,
        cap=int(instance.get("KIOSK_STREAMS") or CAP),
    )


def feed() -> Feed:
    """The live view's feed of this process."""
    found = current_app.extensions[FEED]
    assert isinstance(found, Feed)
    return found


@blueprint.get("/")
@requires(ENTER)
def index() -> str | BaseResponse:
    """The live view, complete without JavaScript; with it, it stays up to date. Others go where they may."""
    if not account().may(VIEW_LIVE):
        return redirect(url_for("office.ratings.index"))
    snapshot = feed().snapshot(locale())
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
        may_acknowledge=account().may(OFFER_ACKNOWLEDGE),
        may_write=account().may(OFFER_WRITE),
    )


@blueprint.get("/live.json")
@requires(VIEW_LIVE)
def live_json() -> Response:
    """The snapshot; 304 while nothing has changed."""
    snapshot = feed().snapshot(locale())
    answer = make_response(snapshot.text())
    answer.content_type = "application/json"
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Vary"] = "Cookie"
    answer.set_etag(etag(snapshot.token, locale()))
    answer.make_conditional(request)
    return answer


@blueprint.get("/live")
@requires(VIEW_LIVE)
def live() -> Response:
    """The event stream: `snapshot`, then `changed` with the parts that did; `over` when signed out."""
    stream = feed().open(locale(), owner=int(g.sign_in.id))
    answer = Response(stream.body(request.environ), content_type="text/event-stream")
    answer.call_on_close(stream.close)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Accel-Buffering"] = "no"
    return answer


def _may_still_watch(sign_ins: set[int]) -> set[int]:
    accounts = {sign_in: auth.account_signed_in(sign_in) for sign_in in sign_ins}
    return {sign_in for sign_in, account in accounts.items() if account and account.may(VIEW_LIVE)}


def parts(live: Live) -> dict[str, Any]:
    """The live view in the reader's language, as plain values: what the page shows and live.json says."""
    return {
        "day": _day(live),
        "attention": _attention(live),
        "purchases": [_canteen(one, live) for one in live.canteens],
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


def counter_url(counter: Counter) -> str:
    """The counter's page in the office."""
    return url_for("office.ratings.counter", code=counter.code)


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
        "time": _when(said.recorded_at),
    }


def _when(moment: datetime) -> str:
    """The time of today's, the day as well of older moments."""
    if school.local(moment).date() == school.today():
        return clock_time(moment)
    return f"{day(moment, 'short')} {clock_time(moment)}"


def _canteen(one: CanteenNow, live: Live) -> dict[str, Any]:
    state = queries.state(one, live.day, live.now)
    lines = [line for sheet in one.sheets for line in sheet.lines]
    return {
        "code": one.canteen.code,
        "name": named(one.canteen),
        "state": state,
        "tab": _tab(state),
        "says": _says(state, live),
        "who": _who(one),
        "sheets": [
            {
                "url": url_for("office.purchasing.sheet", sheet_id=sheet.sheet.id),
                "label": _("Sheet %(number)s", number=sheet.sheet.number).strip(),
            }
            for sheet in one.sheets
        ],
        "lines": _lines(lines),
        "count": ngettext("%(num)s item", "%(num)s items", len(lines)),
        "total": fen_to_text(sum(sheet.version.total for sheet in one.sheets)),
        "open": state in ("missing", "waiting"),
        "write_url": url_for("office.purchasing.index"),
        "print_url": url_for("purchasing.poster", day=live.day.isoformat(), canteen=one.canteen.code),
        "export_url": f"{url_for('purchasing_api.purchases_csv')}?from={live.day}&to={live.day}",
    }


def _tab(state: str) -> str:
    if state == "missing":
        return str(_("not posted"))
    return str(_("not yet posted")) if state == "waiting" else ""


def _says(state: str, live: Live) -> str:
    due = clock_time(school.posting_due(live.day))
    words: dict[str, str] = {
        "missing": _("Not posted. It was due at %(time)s.", time=due),
        "waiting": _("Not posted yet. It is due by %(time)s.", time=due),
        "nothing": _("Nothing was bought today."),
        "closed": _("No school today, so nothing is due."),
    }
    return words.get(state, "")


def _who(one: CanteenNow) -> str:
    if not one.sheets:
        return ""
    version = one.sheets[-1].version
    received = _(
        "received by %(names)s", names="、".join(filter(None, (version.receiver1, version.receiver2)))
    )
    posted = _("posted %(time)s", time=clock_time(version.posted_at))
    bought = _("bought by %(name)s", name=version.purchaser) if version.purchaser else ""
    has_receivers = version.receiver1 or version.receiver2
    return " · ".join(filter(None, (posted, bought, received if has_receivers else "")))


def _lines(lines: list[PricedLine]) -> list[dict[str, Any]]:
    """The lines, each naming its class only where it differs from the line above."""
    classes = ["", *(one.line.item_class for one in lines)]
    return [_line(one, before) for one, before in zip(lines, classes, strict=False)]


def _line(priced: PricedLine, class_before: str) -> dict[str, Any]:
    one, last, change = priced.line, priced.last_price, priced.change
    return {
        "item": one.item,
        "url": url_for("purchasing.item", item_id=one.item_id),
        "item_class": one.item_class if one.item_class != class_before else "",
        "specification": one.specification,
        "unit": one.unit,
        "quantity": milli_to_text(one.quantity),
        "price": price_to_text(one.unit_price),
        "amount": fen_to_text(one.amount),
        "last": _("first time") if last is None else price_to_text(last),
        "change": _change(change),
        "marked": priced.mark,
    }


def _change(change: float | None) -> str:
    if change is None:
        return ""
    return "0" if abs(change) < 0.005 else percent(change, signed=True)


def _attention(live: Live) -> list[dict[str, Any]]:
    """What needs a person, the most urgent first: alerts nobody has seen, silence, sheets that are late."""
    waiting = [
        {
            "kind": "alert",
            "key": f"alert:{one.alert.alert.id}",
            "ack": True,
            "text": _(
                "%(counter)s since %(time)s: %(text)s",
                counter=named(one.counter),
                time=clock_time(one.alert.since),
                text=_alert(one.alert)["text"],
            ),
            "url": counter_url(one.counter),
            "alert": _alert(one.alert),
        }
        for one in live.counters
        if one.alert and one.alert.alert.acknowledged_at is None
    ]
    waiting += _silences(live)
    for canteen in live.canteens:
        if queries.state(canteen, live.day, live.now) == "missing":
            name = named(canteen.canteen)
            text = _("%(canteen)s has not posted its purchases", canteen=name)
            waiting.append(
                {
                    "kind": "sheet",
                    "key": f"sheet:{canteen.canteen.code}",
                    "ack": False,
                    "text": text,
                    "url": url_for("office.purchasing.index"),
                    "alert": None,
                }
            )
    return waiting


def _silences(live: Live) -> list[dict[str, Any]]:
    """Each counter that is silent; many at once (the network is down) are one line."""
    found = {one.counter.id: one for one in reversed(live.silences)}  # the tablet's, where there are both
    if len(found) > MOST_SILENCES:
        text = ngettext("%(num)s counter is silent", "%(num)s counters are silent", len(found))
        return [_silence("silence", text, url_for("office.ratings.index"))]
    return [
        _silence(f"silence:{one.counter.code}", _silence_text(one), counter_url(one.counter))
        for one in reversed(found.values())
    ]


def _silence(key: str, text: str, url: str) -> dict[str, Any]:
    return {"kind": "silence", "key": key, "ack": False, "text": text, "url": url, "alert": None}


def _silence_text(one: Silence) -> str:
    name = named(one.counter)
    text: str = (
        _("%(counter)s: its tablet has been silent since %(time)s", counter=name, time=_when(one.since))
        if one.since
        else _("%(counter)s: no ratings this hour, which usually has %(n)s", counter=name, n=one.usual)
    )
    return text
