"""The sample school's share: what was put right is told; good deeds hang or wait; Chen agreed to be named."""

from collections.abc import Iterator
from datetime import date, time

from sqlalchemy import select

from kiosk.auth import queries as auth
from kiosk.cases import queries as cases
from kiosk.cases import services as casework
from kiosk.cases.models import MENDED, Case
from kiosk.cases.queries import PRAISE
from kiosk.core.db import session
from kiosk.core.samples import BY, Event, Share, Span, at
from kiosk.counters import queries as counters
from kiosk.persons import queries as persons
from kiosk.ratings import services as ratings
from kiosk.ratings.models import Rating, RatingNote
from kiosk.staff import services as staff
from kiosk.thanks import queries, services

RELEASED = {"counter:water": "lin", "canteen:k1": "chen"}
"""Of what subjects everybody may read what was asked, and who let it out."""
WHO = "开水房服务员"
UMBRELLA = "昨晚下大雨，开水房的师傅把自己的伞借给了好几个没带伞的同学，自己淋着雨回去的。"
POSTED = {
    "title": "雨夜借伞",
    "text": "昨晚下大雨，开水房的师傅把自己的伞借给了没带伞的同学，自己淋着雨回去。",
    "post": "开水房（后勤服务组）",
}
ANSWER = "谢谢您告诉我们。这件好人好事已经张榜表扬。"
CARD = "我的饭卡掉在水果窗口，阿姨当天就送到了班里，谢谢她！"

BEST = 5
WORDS = ("阿姨今天多给我盛了一勺汤，谢谢！", "每次都笑着打招呼，吃饭心情都好了。")


def _release() -> None:
    """Whoever answered lets everybody read what was asked."""
    for subject, answerer in RELEASED.items():
        query = select(Case).where(Case.subject == subject, Case.outcome == MENDED, ~Case.released)
        for case in session.scalars(query).all():
            casework.release(by=auth.account(answerer).actor, case=case, text=cases.shown_words(case))


def _agree() -> None:
    staff.agree_to_be_named(by=BY, person=auth.account("chen").person)


def _report(text: str, subject: str) -> None:
    casework.ask(sent=f"sample {subject}", kind=PRAISE, subject=subject, text=text)


def _commend() -> None:
    """Lin confirms and posts what was reported first."""
    by, case = auth.account("lin").actor, queries.waiting()[0]
    who = next(iter(persons.called(WHO)), None)
    services.confirm(by=by, case=case, **POSTED, day=case.day, person=who)
    services.post(by=by, case=case, answer=ANSWER)


def _thank(day: date) -> None:
    """Two raters of a lunch wrote thanks to who served them."""
    counter = counters.counter("c1")
    query = select(Rating).outerjoin(RatingNote, RatingNote.rating_seq == Rating.seq)
    query = query.where(Rating.counter_id == counter.id, Rating.day == day, Rating.meal == "lunch")
    query = query.where(Rating.level == BEST, RatingNote.id.is_(None)).order_by(Rating.seq).limit(len(WORDS))
    for rating, words in zip(session.scalars(query).all(), WORDS, strict=False):
        for person in counters.on_duty(counter.id, rating.recorded_at)[:1]:
            ratings.take(
                counter=counter,
                channel=rating.channel,
                id=rating.id,
                level=rating.level,
                tablet_seq=rating.tablet_seq,
                staff_id=person.id,
                comment=words,
            )


def _events(of: Span, day: date) -> Iterator[Event]:
    if day == of.days[-7]:
        yield Event(at(day, time(9, 45)), _release)
        yield Event(at(day, time(10, 0)), _agree)
    if day == of.days[-3]:
        yield Event(at(day, time(7, 30)), lambda: _report(UMBRELLA, "counter:water"))
        yield Event(at(day, time(9, 5)), _commend)
    if day == of.days[-2]:
        yield Event(at(day, time(21, 45)), lambda: _thank(day))
        yield Event(at(day, time(17, 40)), lambda: _report(CARD, "counter:c8"))


SHARE = Share(events=_events)
