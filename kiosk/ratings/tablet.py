"""What a counter's tablet receives: words in both languages, hours, reasons, people, purchases, QR."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask import request
from flask_babel import force_locale, format_date

from kiosk.board.queries import Posted, PublicSheet, posted_when, purchases
from kiosk.core import clock, config, qr
from kiosk.core.config import ROOT
from kiosk.core.errors import Problem
from kiosk.core.filters import WEEKDAYS
from kiosk.core.formats import fen_to_text, price_to_text
from kiosk.core.i18n import LANGUAGE_TAGS, LOCALES, _, lazy, listed, ngettext
from kiosk.core.room import fragments
from kiosk.core.web import asset_bundle
from kiosk.counters import queries as counters
from kiosk.counters.models import Counter, Tablet
from kiosk.presence import services as presence
from kiosk.presence.settings import CARD_READER
from kiosk.ratings.models import LEVELS
from kiosk.ratings.settings import (
    ATTRACT_SECONDS,
    DARK_FROM,
    DARK_UNTIL,
    RESET_SECONDS,
    THANKS_SECONDS,
    TYPING_SECONDS,
)
from kiosk.school import queries as school
from kiosk.school.settings import SAMPLE
from kiosk.staff import queries as staff
from kiosk.staff.models import Portrait

STYLE = "css/tokens+tablet.css"
SCRIPT = "js/lib/queue+lib/fingers+ratings/tablet.js"
LATER_STYLE = "css/attract+care.css"
LATER_SCRIPT = "js/vendor/sha256+lib/pbkdf+lib/card+ratings/attract+ratings/care.js"
"""What the page fetches once it stands: it must be there for a finger in three requests and 15 kB."""
LINGER = timedelta(minutes=10)
"""A tablet stays awake this long after closing: who eats last rates last."""
MOST_SPANS = 4
UNTOUCHED = 7
"""Seconds after which the screen asks the next person when nobody touched it after the tap."""
MOST_PEOPLE = 5
"""More names than this do not fit on the screen."""


class NoPublicAddress(Problem):
    """The server does not know its own address, and a request's Host never decides it."""

    code = "no-public-address"
    status = 503
    message = lazy("The server does not know its own address; please set KIOSK_PUBLIC_URL.")


def public_url() -> str:
    """The address that QR codes begin with, or NoPublicAddress."""
    address = config.current().public_url
    if not address:
        raise NoPublicAddress
    return address


def rotating_qr(counter: Counter) -> dict[str, Any]:
    """The QR of this period: its address, when it ends, in how many seconds, and its modules as bits."""
    token = presence.qr_token(counter)
    url = f"{public_url()}/q/{counter.code}?t={token.text}"
    side, modules = qr.bits(url)
    return {
        "url": url,
        "expires_at": token.expires_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "expires_in": max(0.0, round((token.expires_at - clock.now()).total_seconds(), 3)),
        "side": side,
        "bits": modules,
    }


def _no_qr() -> str:
    if config.current().public_url:
        return str(_("The code comes back when the server can be reached."))
    return str(_("No code yet: the server does not know its own address (KIOSK_PUBLIC_URL)."))


def words() -> dict[str, Any]:
    """Every text of the page in the language in force; the placeholders are filled on the tablet."""
    return {
        "question": _("Are you satisfied with this service?"),
        "hint": _("One tap is enough. No names."),
        "levels": {level: str(word) for level, word in LEVELS.items()},
        "card": _("Card read. Now tap one face."),
        "thanks": _("Recorded. Thank you!"),
        "private": _("No names. Nobody can see what you chose."),
        "about": _("What was it about?"),
        "optional": _("Optional: your rating already counts."),
        "comment": _("Anything else? (optional)"),
        "served": _("Who served you?"),
        "done": _("Done"),
        "back": _("Back in %(n)s s"),
        "undo": _("Take it back"),
        "taken_back": _("Taken back, not counted. You may tap again."),
        "next": _("Next person"),
        "uncounted": _("Kept, but not counted: it came too soon, or the counter is closed"),
        "goodbye": _("Thank you"),
        "goodbye_hint": _("What you wrote helps this counter."),
        "bought": _("What the canteen bought today"),
        "all": _("All"),
        "phone": _("Rate by phone"),
        "phone_hint": _("Scan to rate, or to see today's purchases and scores."),
        "no_qr": _no_qr(),
        "on_duty": _("On duty now"),
        "touch": _("Touch the screen to rate"),
        "closed": _("This counter is closed now"),
        "opens": _("It opens at %(time)s"),
        "unsent": _("%(n)s not sent yet"),
        "refused": _("%(n)s refused"),
        "unkept": _("This browser cannot store data: please leave the tablet switched on"),
        "sample": _("Sample"),
    }


def care_words() -> dict[str, str]:
    """The texts of the menu behind the PIN, in the language in force."""
    return {
        "keypad": _("Tablet PIN"),
        "wrong": _("This PIN is wrong."),
        "wait": _("Please wait %(n)s s."),
        "back": _("Delete"),
        "enter": _("Enter"),
        "close": _("Back to rating"),
        "forgotten": _("Forgot it? The office can set a new one under Settings → Tablets."),
        "none": _("No PIN is set yet"),
        "none_hint": _("Set it in the office under Settings → Tablets. The tablet knows it within a minute."),
        "unsent": _("Not sent yet"),
        "refused": _("Refused"),
        "contact": _("Last contact"),
        "page": _("Page"),
        "unkept": _("This browser cannot store data: please leave the tablet switched on"),
        "clean": _("Lock for cleaning"),
        "reload": _("Reload"),
        "retry": _("Send the refused again"),
        "leave": _("Leave"),
        "cleaning": _("The screen can be wiped now"),
        "cleaning_hint": _("Touches do not count. It continues by itself."),
    }


def both(make: Any) -> list[Any]:
    """The answer of a function in Chinese and in English."""
    answers = []
    for name in LOCALES:
        with force_locale(name):
            answers.append(make())
    return answers


def _names(entry: Any) -> list[str]:
    return [entry.name, entry.name_en or entry.name]


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _day_labels(moment: datetime) -> list[str]:
    day = school.local(moment).date()
    with force_locale("en"):
        english = format_date(day, "EEE d MMM")
    return [f"{day.month}月{day.day}日 星期{WEEKDAYS[day.weekday()]}", english]


def _spans(counter: Counter, now: datetime) -> list[list[Any]] | None:
    """The next times the tablet is awake: from, until (milliseconds), local time and day; None: always."""
    spans = counters.opening_spans(counter, now)
    if spans is None:
        return None
    coming = [(start, end) for start, end in spans if end + LINGER > now][:MOST_SPANS]
    return [
        [
            _milliseconds(start),
            _milliseconds(end + LINGER),
            f"{school.local(start):%H:%M}",
            *_day_labels(start),
        ]
        for start, end in coming
    ]


def _summary(posted: Posted | None) -> str:
    if posted is None:
        return str(_("Today's purchases are not posted yet."))
    if not posted.lines:
        return str(_("Nothing was bought today"))
    text: str = ngettext(
        "%(num)s item, %(total)s yuan in all",
        "%(num)s items, %(total)s yuan in all",
        len(posted.lines),
        total=fen_to_text(posted.total),
    )
    if len(posted.sheets) == 1:
        return f"{text} · {posted_when(posted.sheets[0].times)}"
    sheets: str = ngettext("%(num)s sheet", "%(num)s sheets", len(posted.sheets))
    return f"{text} · {sheets}"


def _lines(posted: Posted) -> Iterator[list[str]]:
    """Item, specification, price and unit of each line; of several sheets each begins with a head in both
    languages, its time and its people."""
    for number, sheet in enumerate(posted.sheets, 1):
        if len(posted.sheets) > 1:
            yield both(partial(_head, sheet, number))
        for line in sheet.lines:
            yield [line.item, line.specification, price_to_text(line.unit_price), line.unit]


def _head(sheet: PublicSheet, number: int) -> str:
    parts = (
        _("Sheet %(number)s", number=sheet.number or number),
        posted_when(sheet.times),
        _("Nothing was bought.") if sheet.nothing_bought else "",
        _("bought by %(name)s", name=sheet.purchaser) if sheet.purchaser else "",
        _("received by %(names)s", names=listed(sheet.receivers)) if sheet.receivers else "",
    )
    return " · ".join(filter(None, parts))


def _purchases(counter: Counter) -> dict[str, Any] | None:
    if counter.canteen is None:
        return None
    posted = purchases(counter.canteen, school.today())
    return {"lines": list(_lines(posted)) if posted else [], "summary": both(lambda: _summary(posted))}


def _qr_or_none(counter: Counter) -> dict[str, Any] | None:
    try:
        return rotating_qr(counter)
    except NoPublicAddress:
        return None


def on_duty(counter: Counter, now: datetime) -> list[dict[str, str]]:
    """Who serves now and agreed to be shown: name, badge, and the photo's address where there is one."""
    serving = counters.on_duty(counter.id, now)[:MOST_PEOPLE]
    agreed = staff.portraits(person.id for person in serving)
    return [
        {"name": person.name, "badge": person.badge, "photo": _photo(counter, agreed[person.id])}
        for person in serving
        if person.id in agreed
    ]


def _photo(counter: Counter, portrait: Portrait) -> str:
    where = f"{request.script_root}/c/{counter.code}/duty/{portrait.staff_id}"
    return f"{where}?v={portrait.digest}" if portrait.digest else ""


def spoken() -> list[str]:
    """What a tablet with a voice says of its question: for faces side by side, and for faces in a column."""
    levels = listed(str(LEVELS[level]) for level in sorted(LEVELS, reverse=True))
    question = _("Are you satisfied with this service?")
    row = _("From left to right: %(levels)s.", levels=levels)
    column = _("From top to bottom: %(levels)s.", levels=levels)
    return [f"{question} {row}", f"{question} {column}"]


def version() -> str:
    """Changes when the page, its style, its script or its words change: tablets then load it anew."""
    pages = [
        (ROOT / "templates" / name).read_text("utf-8")
        for name in ("tablet.html", "ratings/tablet.html", "ratings/care.html")
    ]
    bundles = [asset_bundle(name) for name in (STYLE, SCRIPT, LATER_STYLE, LATER_SCRIPT)]
    text = f"{pages} {bundles} {both(words)} {both(care_words)}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def is_dark(tablet: Tablet, now: datetime) -> bool:
    """Whether the tablet is dark at the moment, by its setting or by the school's schedule."""
    if tablet.theme != "schedule":
        return tablet.theme == "dark"
    start, end = school.settings()[DARK_FROM], school.settings()[DARK_UNTIL]
    if start is None or end is None:
        return False
    at = school.local(now).time()
    return start <= at < end if start < end else at >= start or at < end


def _times() -> dict[str, int]:
    settings = school.settings()
    return {
        "untouched": min(UNTOUCHED, settings[RESET_SECONDS]),
        "reset": settings[RESET_SECONDS],
        "typing": settings[TYPING_SECONDS],
        "thanks": settings[THANKS_SECONDS],
        "attract": settings[ATTRACT_SECONDS],
    }


def _dark(tablet: Tablet) -> list[str] | None:
    hours = school.settings()[DARK_FROM], school.settings()[DARK_UNTIL]
    return [f"{hour:%H:%M}" for hour in hours if hour] if tablet.theme == "schedule" and all(hours) else None


def _counter(counter: Counter) -> dict[str, Any]:
    return {
        "code": counter.code,
        "sign": counter.sign,
        "name": _names(counter),
        "canteen": _names(counter.canteen) if counter.canteen else None,
    }


def _people(counter: Counter, now: datetime) -> list[list[Any]]:
    serving = counters.on_duty(counter.id, now)[:MOST_PEOPLE]
    return [[person.id, " ".join(filter(None, (person.badge, person.name)))] for person in serving]


def _meals() -> list[list[str]]:
    return [[f"{meal.starts:%H:%M}", f"{meal.ends:%H:%M}", *_names(meal)] for meal in school.meals()]


def _told(counter: Counter) -> str:
    """Changes when what other rooms say on the attract screen does: the page is then loaded anew."""
    with force_locale(LOCALES[0]):  # as the page is drawn
        return hashlib.sha256(repr(fragments("attract", counter)).encode()).hexdigest()[:12]


def state(tablet: Tablet) -> dict[str, Any]:
    """What the tablet needs to work on by itself for hours: everything but the ratings."""
    now, counter = clock.now(), tablet.counter
    offset = school.local(now).utcoffset() or timedelta()
    page = f"{request.script_root}/c/{counter.code}"
    return {
        "version": version(),
        "told": _told(counter),
        "now": _milliseconds(now),
        "offset": int(offset.total_seconds() // 60),
        "counter": _counter(counter),
        "active": counter.active,
        "meals": _meals(),
        "open": _spans(counter, now),
        "reasons": [[reason.code, *_names(reason)] for reason in counters.reasons(counter.kind)],
        "staff": _people(counter, now),
        "duty": on_duty(counter, now),
        "voice": both(spoken) if tablet.voice else None,
        "purchases": _purchases(counter),
        "scale": tablet.scale,
        "theme": "dark" if is_dark(tablet, now) else "light",
        "dark": _dark(tablet),
        "times": _times(),
        "sample": school.settings()[SAMPLE],
        "card": school.settings()[CARD_READER],
        "qr": _qr_or_none(counter),
        "words": dict(zip((LANGUAGE_TAGS[name] for name in LOCALES), both(words), strict=True)),
        "later": [asset_bundle(LATER_STYLE), asset_bundle(LATER_SCRIPT), f"{page}/care"],
        "enrol": f"{page}?enrol=",
    }
