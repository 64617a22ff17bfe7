"""The live view's feed, and which edition of it an account sees."""

from typing import Any

from kiosk.auth import queries as auth
from kiosk.auth.models import Account
from kiosk.core import clock
from kiosk.core.actor import NOBODY, Actor
from kiosk.core.recent import Recent
from kiosk.core.snapshots import Edition
from kiosk.core.stream import CAP, Feed, Watcher
from kiosk.core.web import KioskApp, account, locale
from kiosk.core.web.memory import Memory
from kiosk.overview import queries
from kiosk.overview.parts import of_ratings, whole
from kiosk.overview.permissions import OFFER_ACKNOWLEDGE, VIEW_LIVE


def edition() -> Edition:
    """The edition of the live view that this account sees."""
    return Edition(locale(), _reader(account()))


def _reader(who: Account) -> Actor:
    return who.actor if who.active else NOBODY


def _make(app: KioskApp) -> Feed:
    ratings: Recent[dict[str, Any]] = Recent(32)

    def parts(reader: Actor) -> dict[str, Any]:
        """What follows from the ratings is worked out once for all who may acknowledge at the same places."""
        now = clock.now()
        key = (queries.token(now), locale(), reader.places(OFFER_ACKNOWLEDGE))
        return whole(ratings.of(key, lambda: of_ratings(queries.live(now), reader)), now, reader)

    return Feed(
        app,
        token=lambda: queries.token(clock.now()),
        parts=parts,
        allowed=_may_still_watch,
        cap=int(app.instance.get("KIOSK_STREAMS") or CAP),
    )


def _may_still_watch(watchers: set[Watcher]) -> set[Watcher]:
    """Those whose account may still see the live view, and in the same edition."""
    accounts = {watcher: auth.account_signed_in(watcher.owner) for watcher in watchers}
    return {
        watcher
        for watcher, reader in accounts.items()
        if reader and reader.may(VIEW_LIVE) and _reader(reader) == watcher.edition.reader
    }


_feeds = Memory(_make)


def feed(app: KioskApp | None = None) -> Feed:
    """The live view's feed of an application: the running one if none is named."""
    return _feeds.of(app)


def streams() -> int:
    """How many live views this process serves."""
    return feed().streams
