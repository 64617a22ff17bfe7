"""What the live view shows, as plain values in the reader's language: for its page, snapshot and stream."""

from datetime import datetime
from typing import Any

from flask import url_for

from kiosk.core.actor import Actor
from kiosk.core.duty import ALERT, Duty
from kiosk.core.filters import clock_time, day, margin, one_decimal, percent, when
from kiosk.core.i18n import _, ngettext
from kiosk.core.web import named
from kiosk.counters.models import Counter
from kiosk.counters.queries import place_of
from kiosk.overview.inbox import folded, row, strip
from kiosk.overview.permissions import OFFER_ACKNOWLEDGE
from kiosk.overview.queries import CounterNow, Live
from kiosk.overview.standing import purchases
from kiosk.ratings.models import LEVELS
from kiosk.ratings.queries import AlertNow, Comment
from kiosk.ratings.settings import ALERT_MINUTES, HIDDEN_BELOW
from kiosk.school import queries as school


def parts(live: Live, reader: Actor) -> dict[str, Any]:
    """The live view in the reader's language, as plain values: what the page shows and live.json says."""
    return whole(of_ratings(live, reader), live.now, reader)


def of_ratings(live: Live, reader: Actor) -> dict[str, Any]:
    """What follows from the ratings: the same for all who may acknowledge alerts at the same places."""
    return {
        "day": _day(live),
        "attention": _alerts(live, reader),
        "counters": [_counter(place, reader) for place in live.counters],
        "comments": _comments(live),
    }


def whole(ratings: dict[str, Any], now: datetime, reader: Actor) -> dict[str, Any]:
    """The live view of a reader, from what follows from the ratings."""
    attention = folded([*ratings["attention"], *strip(reader)])
    return {**ratings, "attention": attention, "purchases": purchases(now, reader)}


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
        "total_text": _total(live),
        "covered": " · ".join(_covered(live)),
        "compared": weekdays[live.day.weekday()],
    }


def _total(live: Live) -> str:
    return str(ngettext("%(num)s rating today", "%(num)s ratings today", live.total))


def _covered(live: Live) -> list[str]:
    """The coverage of each canteen, so far as its meals are counted."""
    return [
        _(
            "%(canteen)s: coverage %(share)s (%(ratings)s ÷ %(served)s)",
            canteen=named(canteen),
            share=percent(one.share),
            ratings=one.ratings,
            served=one.served,
        )
        for canteen, one in live.coverage
        if one.share is not None
    ]


def _counter(place: CounterNow, reader: Actor) -> dict[str, Any]:
    counts, least = place.counts, school.settings()[HIDDEN_BELOW]
    enough = counts.reach(least)
    both = enough and place.week_ago.reach(least)
    delta = round((counts.mean or 0) - (place.week_ago.mean or 0), 1) + 0.0 if both else None
    hour = sum(count for count, _mean in place.last_hour)
    return {
        "code": place.counter.code,
        "url": _url(place.counter),
        "sign": place.counter.sign or place.counter.name[:1],
        "name": named(place.counter),
        "n": counts.total,
        "score": one_decimal(counts.mean) if enough else "—",
        "note": margin(place.counts.half_width)
        if enough
        else (_("too few") if counts.total else _("none yet")),
        "levels": [counts.n5, counts.n4, counts.n3, counts.n2, counts.n1] if enough else None,
        "hour": [count for count, _mean in place.last_hour],
        "hour_text": ngettext("%(num)s in the last hour", "%(num)s in the last hour", hour),
        "delta": _signed(delta),
        "worse": both and counts.clearly_below(place.week_ago),
        "rank": place.rank,
        "alert": _alert(place.alert) if place.alert else None,
        "ack": _is_unseen(place) and _may_acknowledge(place, reader),
    }


def _signed(delta: float | None) -> str:
    if delta is None:
        return ""
    return one_decimal(delta, signed=delta != 0)


def _alert(alert: AlertNow) -> dict[str, Any]:
    minutes = school.settings()[ALERT_MINUTES]
    text = _("%(bad)s of %(total)s bad in %(minutes)s min", bad=alert.bad, total=alert.total, minutes=minutes)
    acknowledged = alert.alert.acknowledged_at is not None
    return {
        "id": alert.alert.id,
        "text": text,
        "acknowledged": acknowledged,
        "url": url_for("office.ratings.acknowledge", alert_id=alert.alert.id),
    }


def _comments(live: Live) -> list[dict[str, Any]]:
    by_id = {place.counter.id: place.counter for place in live.counters}
    return [_comment(comment, by_id.get(comment.counter_id)) for comment in live.comments]


def _comment(comment: Comment, counter: Counter | None) -> dict[str, Any]:
    return {
        "seq": comment.seq,
        "level": comment.level,
        "level_text": str(LEVELS[comment.level]),
        "text": comment.comment_masked,
        "counter": named(counter) if counter else "",
        "url": f"{_url(counter)}#comments" if counter else "",
        "time": when(comment.recorded_at),
    }


def _alerts(live: Live, reader: Actor) -> list[dict[str, Any]]:
    """The alerts that nobody has seen yet, for who may say that they were seen."""
    return [
        row(_alert_duty(place, alert), ack=True, alert=_alert(alert))
        for place in live.counters
        if (alert := place.alert) and _is_unseen(place) and _may_acknowledge(place, reader)
    ]


def _alert_duty(place: CounterNow, alert: AlertNow) -> Duty:
    text, url = _alert_text(place, alert), _url(place.counter)
    return Duty(f"alert:{alert.alert.id}", ALERT, text, url, kind="alert")


def _url(counter: Counter) -> str:
    return url_for("office.ratings.counter", code=counter.code)


def _is_unseen(place: CounterNow) -> bool:
    return place.alert is not None and place.alert.alert.acknowledged_at is None


def _may_acknowledge(place: CounterNow, reader: Actor) -> bool:
    return reader.may(OFFER_ACKNOWLEDGE, place_of(place.counter))


def _alert_text(place: CounterNow, alert: AlertNow) -> str:
    since, text = clock_time(alert.since), _alert(alert)["text"]
    return str(_("%(counter)s since %(time)s: %(text)s", counter=named(place.counter), time=since, text=text))
