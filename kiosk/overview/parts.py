"""What the live view shows, as plain values in the reader's language: for its page, snapshot and stream."""

from typing import Any

from flask import url_for

from kiosk.core.filters import clock_time, day, margin, one_decimal
from kiosk.core.i18n import _, ngettext
from kiosk.core.snapshots import Edition
from kiosk.core.web import locale, named
from kiosk.counters.models import Counter
from kiosk.overview.attention import counter_url, row, when
from kiosk.overview.queries import CounterNow, Live
from kiosk.overview.standing import standing
from kiosk.ratings.models import LEVELS
from kiosk.ratings.queries import AlertNow, Comment
from kiosk.ratings.settings import ALERT_MINUTES, HIDDEN_BELOW
from kiosk.school import queries as school


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
        _("vs. last Mon"),
        _("vs. last Tue"),
        _("vs. last Wed"),
        _("vs. last Thu"),
        _("vs. last Fri"),
        _("vs. last Sat"),
        _("vs. last Sun"),
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
    counts, least = one.counts, school.settings()[HIDDEN_BELOW]
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
    minutes = school.settings()[ALERT_MINUTES]
    text = _("%(bad)s of %(total)s bad in %(minutes)s min", bad=alert.bad, total=alert.total, minutes=minutes)
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


def _said(said: Comment, counter: Counter | None) -> dict[str, Any]:
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
