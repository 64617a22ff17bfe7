"""The signs of what runs by itself, and of the record that it writes."""

from collections.abc import Iterator
from datetime import timedelta

from kiosk.chain import queries as chain
from kiosk.core import clock
from kiosk.core.config import Instance
from kiosk.core.i18n import _, lazy, listed, ngettext
from kiosk.core.room import rooms
from kiosk.messages.queries import standings
from kiosk.operation import notes
from kiosk.operation.drill import LONGEST
from kiosk.operation.signs.copies import CHECK_LATE
from kiosk.operation.signs.machine import TICKER_LATE
from kiosk.operation.signs.sign import ALERT, GOOD, WAIT, WARN, Sign, ago, is_late, or_late, say
from kiosk.ratings.queries import left_open

CLOSED_WITHIN = timedelta(minutes=10)
"""A meal that is over is closed within this."""
OFTEN = 3
"""What failed in so many rounds on end does not go over by itself."""


def ticker(instance: Instance) -> Sign:
    """Whether the server does what it does by itself."""
    title, since = lazy("What runs by itself"), notes.since_beat(instance)
    busy = notes.read(instance, "busy")
    limit = timedelta(seconds=LONGEST) if busy and busy.facts.get("doing") else TICKER_LATE
    if since is None:
        return Sign("ticker", WAIT, title, _("Automatic work begins half a minute after the server's start."))
    if not -limit < since < limit:
        answer = _(
            "Meals are not being closed and no backups are made: the last run was %(ago)s.",
            ago=ago(clock.now() - since),
        )
        return Sign(
            "ticker", ALERT, title, answer, _("Restart the server. If this comes back, the log says why.")
        )
    failing = notes.read(instance, notes.FAILING)
    if failing and failing.facts.get("times", 0) >= OFTEN:
        answer = say(_("Some of it fails again and again:"), *failing.facts.get("problems", [])[:3])
        advice = _("Restart the server. If this comes back, the log says why.")
        return Sign("ticker", ALERT, title, answer, advice)
    return Sign(
        "ticker",
        GOOD,
        title,
        _("Meals are closed, backups are made and expired data is erased automatically."),
    )


def closing(instance: Instance, sign: Sign) -> Sign:
    """The server's work by itself is well only if what it should have done is done."""
    if sign.state != GOOD:
        return sign
    advice = _("Restart the server. If this comes back, the log says why.")
    forgot = notes.read(instance, "retention")
    if left_open(clock.now(), longer_than=CLOSED_WITHIN):
        answer = _(
            "A meal ended more than ten minutes ago and is still open: its ratings are not sealed yet."
        )
        return sign._replace(state=ALERT, answer=answer, advice=advice)
    if forgot and (not forgot.ok or is_late(forgot, CHECK_LATE)):
        answer = _("Expired data was last erased %(ago)s.", ago=ago(forgot.at))
        return sign._replace(
            state=WARN, answer=say(answer, *forgot.facts.get("problems", [])[:1]), advice=advice
        )
    return sign


OWN_SIGN = ("check", "drill", "retention")
"""Jobs of which another sign tells."""


def jobs(instance: Instance) -> Iterator[Sign]:
    """The long work of any other room, where it failed the last time."""
    for job in (job for room in rooms() for job in room.jobs if job.name not in OWN_SIGN):
        note = notes.read(instance, job.name)
        if note and not note.ok:
            answer = _("The last run %(ago)s failed:", ago=ago(note.at))
            advice = _("It is tried again by itself. If it keeps failing, the log says why.")
            problems = map(str, note.facts.get("problems", [])[:3])
            yield Sign(f"job-{job.name}", WARN, job.title, " ".join([answer, *problems]), advice)


def messages() -> Iterator[Sign]:
    """Whether what must not wait gets through, once a channel for it is set up."""
    title, all_ways = lazy("Messages by mail and group robot"), standings()
    bad = [one for one in all_ways if not one.is_well]
    advice = _("Send a test message: it says what the channel answers.")
    if lost := sum({one.channel.kind: one.lost for one in bad}.values()):
        answer = ngettext("%(num)s message was given up.", "%(num)s messages were given up.", lost)
        yield Sign(
            "messages", ALERT, title, say(answer, *[one.error for one in bad if one.error][:1]), advice
        )
    elif bad:
        answer = _(
            "They do not get through: %(channels)s.", channels=listed({one.channel.label for one in bad})
        )
        why = [str(one.channel.problem or one.error) for one in bad]
        yield Sign("messages", WARN, title, say(answer, *why[:1]), advice)
    elif all_ways:
        channels = listed(dict.fromkeys(one.channel.label for one in all_ways))
        yield Sign("messages", GOOD, title, _("Set up: %(channels)s.", channels=channels))


def record(instance: Instance) -> Sign:
    """Whether the record is whole, and its head is sent out."""
    title, head, note = lazy("The record"), chain.head(), notes.read(instance, "check")
    answer = _("%(n)s entries, the newest seal is %(seal)s.", n=head.seq, seal=head.short)
    problems = note.facts.get("problems", []) if note else []
    broken = [
        problem
        for problem in problems
        if problem.startswith(("entry", "seal", "rating", "note", "mark", "sheet", "posting"))
    ]
    if broken:
        advice = _("Leave this database as it is and tell the auditor.")
        return Sign("chain", ALERT, title, " ".join([answer, *broken[:2]]), advice)
    dispatch = notes.read(instance, "head")
    if dispatch and not dispatch.ok:
        advice = _("Check KIOSK_SMTP_URL in config.toml; sending is tried again every ten minutes.")
        return Sign("chain", WARN, title, " ".join([answer, *dispatch.facts.get("problems", [])]), advice)
    if note is None or not note.facts.get("chain_entries"):
        return Sign("chain", WAIT, title, say(answer, _("It will be verified tonight for the first time.")))
    verified = _("Verified %(ago)s, from the first entry on.", ago=ago(note.at))
    return or_late(Sign("chain", GOOD, title, say(answer, verified)), note, CHECK_LATE)
