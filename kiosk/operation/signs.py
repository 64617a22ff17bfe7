"""Is everything all right? Each sign is a question, its answer in a sentence, and what to do if it is no."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import NamedTuple
from urllib.parse import urlsplit

from flask import url_for
from flask_babel import format_timedelta
from sqlalchemy import text

from kiosk.auth import queries as auth
from kiosk.chain import queries as chain
from kiosk.core import clock
from kiosk.core.config import Instance
from kiosk.core.db import known_versions, session
from kiosk.core.filters import clock_time, day
from kiosk.core.i18n import Text, _, lazy, listed, ngettext
from kiosk.core.web import is_english, named
from kiosk.counters import queries as counters
from kiosk.counters.queries import TabletNow
from kiosk.operation import backups, notes
from kiosk.operation.drill import LONGEST
from kiosk.operation.ticker import LEAST_FREE
from kiosk.ratings.queries import left_open
from kiosk.school import queries as school
from kiosk.school.settings import TIMEZONE

GOOD, WAIT, WARN, ALERT = "good", "wait", "warn", "alert"
BACKUP_LATE = timedelta(hours=3)
CHECK_LATE = timedelta(days=3)
DRILL_LATE = timedelta(days=15)
TICKER_LATE = timedelta(minutes=5)
CLOCK_OFF = timedelta(minutes=2)
JUST_HEARD = timedelta(minutes=10)
CLOSED_WITHIN = timedelta(minutes=10)
"""A meal that is over is closed within this."""
FETCHED_LATE = timedelta(hours=26)
LEADERS = ("head", "admin")
POSTERS = ("head", "canteen_manager")
"""The roles that may post purchases; a test compares."""
FETCHED = "fetched"
"""The file in backups/ that the machine touches which has fetched them."""
HERE = ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104 - names of this machine, nothing listens


class Sign(NamedTuple):
    """`state`: good; wait (not known yet, nothing to do); warn (should be mended); alert (must be)."""

    code: str
    state: str
    title: Text
    told: str
    advice: str = ""

    @property
    def way(self) -> "Way | None":
        """The page where it is done; None where there is nothing to do."""
        return _way(self.code) if self.advice else None


class Way(NamedTuple):
    """A page, and what its link says."""

    label: Text
    url: str


_BUTTONS = (lazy("To the buttons below"), "office.operation.index", "now")
_WAYS: dict[str, tuple[Text, str, str]] = {
    "backup": _BUTTONS,
    "check": _BUTTONS,
    "drill": _BUTTONS,
    "chain": (lazy("To the record"), "office.chain.index", ""),
    "tablets": (lazy("To the tablets"), "office.tablets.index", ""),
    "second_factor": (lazy("To the accounts"), "office.auth.accounts", ""),
    "settings": (lazy("To the settings"), "office.school.edit", ""),
    "posting": (lazy("Add an account"), "office.auth.new", ""),
}
"""Where what an advice says is done: label, endpoint, place on the page."""


def _way(code: str) -> Way:
    label, endpoint, anchor = _WAYS.get(code, (lazy("How to do it"), "office.operation.how", code))
    return Way(label, url_for(endpoint, _anchor=anchor or None))


def signs(instance: Instance) -> list[Sign]:
    """Every sign: what must be mended first, the rest in the order in which somebody would ask."""
    found = [
        *alarms(instance, everything=True),
        _elsewhere(instance),
        _chain(instance),
        _clock(instance),
        _tablets(),
        _posting(),
        *_addresses(instance),
        _second_factor(),
        *_settings(),
        _version(),
    ]
    found = [_closing(instance, sign) if sign.code == "ticker" else sign for sign in found]
    return sorted(found, key=lambda sign: (sign.state != ALERT, sign.state != WARN))


def still_to_do(titles: list[str]) -> str:
    """One sentence about all that is to be mended in time."""
    return str(_("Running. Still to do: %(what)s.", what=listed(titles)))


def alarms(instance: Instance, *, everything: bool = False) -> list[Sign]:
    """What must be mended at once, from files alone; with `everything` also what is well."""
    found = [
        _disk(instance),
        _backup(instance),
        _check(instance),
        _drill(instance),
        _ticker(instance),
    ]
    return [sign for sign in found if everything or sign.state == ALERT]


def ago(moment: datetime) -> str:
    """2 hours ago."""
    return str(format_timedelta(moment - clock.now(), add_direction=True, threshold=1.2))


def _say(*sentences: str) -> str:
    return (" " if is_english() else "").join(sentences)


def _size(number: float) -> str:
    for unit in ("B", "KB", "MB", "GB"):
        if number < 1000:
            return f"{number:.0f} {unit}" if number >= 10 or unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} TB"


def _disk(instance: Instance) -> Sign:
    disk = shutil.disk_usage(instance.folder)
    share = disk.free / disk.total if disk.total else 1
    told = _("%(free)s of %(total)s are free.", free=_size(disk.free), total=_size(disk.total))
    if share >= LEAST_FREE:
        return Sign("disk", GOOD, lazy("Room on the disk"), told)
    advice = _(
        "Free some space now: with a full disk no ratings can be stored (tablets keep "
        "them meanwhile). Move old files away, such as %(folder)s.",
        folder=instance.folder / "replaced",
    )
    return Sign("disk", ALERT, lazy("Room on the disk"), told, advice)


def _backup(instance: Instance) -> Sign:
    title = lazy("Backups")
    if _is_elsewhere(instance):
        return Sign("backup", WAIT, title, _("Another machine of this school does this; see its page."))
    found, last = backups.dated(instance), notes.read(instance, "backup")
    failed = f"{last.facts.get('problems', [''])[0]} " if last and not last.ok else ""
    advice = _("Check the disk, then press “Back up now”. If it fails again, the log says why.")
    if not found:
        started = notes.read(instance, "start")
        if failed or (started and clock.now() - started.at > BACKUP_LATE):
            return Sign("backup", ALERT, title, failed + _("There is no backup yet."), advice)
        return Sign("backup", WAIT, title, _("The first backup is made within a minute of the start."))
    made, file = found[0]
    told = ngettext(
        "The newest was made %(ago)s and verified (%(size)s); %(num)s is kept, the oldest from %(oldest)s.",
        "The newest was made %(ago)s and verified (%(size)s); %(num)s are kept, the oldest from %(oldest)s.",
        len(found),
        ago=ago(made),
        size=_size(file.stat().st_size),
        oldest=day(found[-1][0], "iso"),
    )
    if failed or not -BACKUP_LATE < clock.now() - made < BACKUP_LATE:
        return Sign("backup", ALERT, title, failed + told, advice)
    return Sign("backup", GOOD, title, told)


def _elsewhere(instance: Instance) -> Sign:
    """Whether another machine has fetched the backups: copies on the same disk die with it."""
    title = lazy("Backups elsewhere")
    advice = _("Let another machine fetch them each hour, and tell the server that it did.")
    try:
        fetched = datetime.fromtimestamp((instance.folder / "backups" / FETCHED).stat().st_mtime, UTC)
    except OSError:
        told = _("As far as the server knows, all backups are on this machine and would be lost with it.")
        return Sign("elsewhere", WARN, title, told, advice)
    told = _("Another machine fetched them %(ago)s.", ago=ago(fetched))
    if not -FETCHED_LATE < clock.now() - fetched < FETCHED_LATE:
        return Sign("elsewhere", WARN, title, told, advice)
    return Sign("elsewhere", GOOD, title, told)


def _is_elsewhere(instance: Instance) -> bool:
    """Whether another machine leads."""
    note = notes.read(instance, "elsewhere")
    return note is not None and not _late(note, TICKER_LATE)


def _late(note: notes.Note, limit: timedelta) -> bool:
    return not -limit < clock.now() - note.at < limit


def _check(instance: Instance) -> Sign:
    title, note = lazy("The recount"), notes.read(instance, "check")
    if _is_elsewhere(instance):
        return Sign("check", WAIT, title, _("Another machine of this school does this; see its page."))
    if note is None:
        told = _("Every night all ratings, tallies and amounts are recounted; the first time is tonight.")
        return Sign("check", WAIT, title, told)
    if not note.ok:
        told = _("Last recount %(ago)s found a difference:", ago=ago(note.at))
        advice = _(
            "Stop the server and keep the whole folder as it is. Then restore the last backup from before "
            "the damage: kiosk restore FILE"
        )
        return Sign("check", ALERT, title, " ".join([told, *note.facts.get("problems", [])[:3]]), advice)
    told = _(
        "Last recount %(ago)s: everything matched, %(ratings)s ratings.",
        ago=ago(note.at),
        ratings=note.facts.get("ratings", 0),
    )
    return _or_late(Sign("check", GOOD, title, told), note, CHECK_LATE)


def _drill(instance: Instance) -> Sign:
    title, note = lazy("Restore drill"), notes.read(instance, "drill")
    if _is_elsewhere(instance):
        return Sign("drill", WAIT, title, _("Another machine of this school does this; see its page."))
    if note is None:
        told = _("Each week the newest backup is restored as a drill; the first one is still to come.")
        return Sign("drill", WAIT, title, told)
    if not note.ok:
        told = _("Last drill %(ago)s: the newest backup could not be restored:", ago=ago(note.at))
        advice = _(
            "Press “Back up now”, then “Try a restore now”. If it fails again, keep the older backups."
        )
        return Sign("drill", ALERT, title, " ".join([told, *note.facts.get("problems", [])[:3]]), advice)
    told = _(
        "Last drill %(ago)s: a backup with %(ratings)s ratings was restored in "
        "%(seconds)s seconds and matched completely.",
        ago=ago(note.at),
        ratings=note.facts.get("ratings", 0),
        seconds=note.facts.get("seconds", "?"),
    )
    return _or_late(Sign("drill", GOOD, title, told), note, DRILL_LATE)


def _or_late(sign: Sign, note: notes.Note, limit: timedelta) -> Sign:
    if not _late(note, limit):
        return sign
    advice = _("It should have run again by now. Press the button below, and leave the machine on at night.")
    return sign._replace(state=WARN, advice=advice)


def _ticker(instance: Instance) -> Sign:
    title, since = lazy("What runs by itself"), notes.since_beat(instance)
    busy = notes.read(instance, "busy")
    limit = timedelta(seconds=LONGEST) if busy and busy.facts.get("doing") else TICKER_LATE
    if since is None:
        return Sign("ticker", WAIT, title, _("Automatic work begins half a minute after the server's start."))
    if not -limit < since < limit:
        told = _(
            "Meals are not being closed and no backups are made: the last run was %(ago)s.",
            ago=ago(clock.now() - since),
        )
        return Sign(
            "ticker", ALERT, title, told, _("Restart the server. If this comes back, the log says why.")
        )
    return Sign(
        "ticker",
        GOOD,
        title,
        _("Meals are closed, backups are made and expired data is erased automatically."),
    )


def _closing(instance: Instance, sign: Sign) -> Sign:
    """The server's work by itself is well only if what it should have done is done."""
    if sign.state != GOOD:
        return sign
    advice = _("Restart the server. If this comes back, the log says why.")
    forgot = notes.read(instance, "retention")
    if left_open(clock.now(), longer_than=CLOSED_WITHIN):
        told = _("A meal ended more than ten minutes ago and is still open: its ratings are not sealed yet.")
        return sign._replace(state=ALERT, told=told, advice=advice)
    if forgot and (not forgot.ok or _late(forgot, CHECK_LATE)):
        told = _("Expired data was last erased %(ago)s.", ago=ago(forgot.at))
        return sign._replace(
            state=WARN, told=_say(told, *forgot.facts.get("problems", [])[:1]), advice=advice
        )
    return sign


def _chain(instance: Instance) -> Sign:
    title, head, note = lazy("The record"), chain.head(), notes.read(instance, "check")
    told = _("%(n)s entries, the newest seal is %(seal)s.", n=head.seq, seal=head.short)
    problems = note.facts.get("problems", []) if note else []
    broken = [one for one in problems if one.startswith(("entry", "seal", "rating", "note", "mark", "sheet"))]
    if broken:
        advice = _("Leave this database as it is and tell the auditor.")
        return Sign("chain", ALERT, title, " ".join([told, *broken[:2]]), advice)
    sent = notes.read(instance, "head")
    if sent and not sent.ok:
        advice = _("Check KIOSK_SMTP_URL in config.toml; sending is tried again every ten minutes.")
        return Sign("chain", WARN, title, " ".join([told, *sent.facts.get("problems", [])]), advice)
    if note is None or not note.facts.get("chain_entries"):
        return Sign("chain", WAIT, title, _say(told, _("It will be verified tonight for the first time.")))
    verified = _("Verified %(ago)s, from the first entry on.", ago=ago(note.at))
    return _or_late(Sign("chain", GOOD, title, _say(told, verified)), note, CHECK_LATE)


def _clock(instance: Instance) -> Sign:
    title, now = lazy("The clock"), clock.now()
    told = _(
        "It is %(time)s on %(day)s (%(zone)s).",
        time=clock_time(now),
        day=day(now, "iso"),
        zone=school.settings()[TIMEZONE],
    )
    advice = _("Compare it with a watch, and set the machine to use a time server (NTP).")
    newest = chain.entries(limit=1)
    if newest and newest[0].at > now + CLOCK_OFF:
        later = _(
            "But the record's newest entry is of %(day)s %(time)s.",
            day=day(newest[0].at, "iso"),
            time=clock_time(newest[0].at),
        )
        return Sign("clock", ALERT, title, _say(told, later), advice)
    jump = notes.read(instance, "clock")
    if jump and not _late(jump, timedelta(days=1)):
        set_by = _("It was changed by %(n)s seconds %(ago)s.", ago=ago(jump.at), n=jump.facts.get("seconds"))
        return Sign("clock", WARN, title, _say(told, set_by), advice)
    beats = [one.heartbeat for one in counters.tablets_now() if one.heartbeat]
    ahead = sorted(beat.ahead for beat in beats if now - beat.seen_at < timedelta(days=1))
    if len(ahead) > 2 and abs(middle := ahead[len(ahead) // 2]) > CLOCK_OFF.seconds:
        other = _("But most tablets' clocks differ from it by %(n)s seconds.", n=abs(middle))
        return Sign("clock", WARN, title, _say(told, other), advice)
    if not ahead:
        return Sign(
            "clock", WAIT, title, _say(told, _("No tablet was in contact within the last day to confirm it."))
        )
    return Sign("clock", GOOD, title, _say(told, _("The tablets' clocks agree.")))


def _tablets() -> Sign:
    title, found = lazy("Tablets"), [one for one in counters.tablets_now() if not one.tablet.revoked_at]
    if not found:
        advice = _("Enrol the first one.")
        return Sign("tablets", WAIT, title, _("No tablet is enrolled."), advice)
    told = _heard(found)
    advice = _("Go and see whether they have power and network.")
    if silent := list(dict.fromkeys(named(one.counter) for one in counters.silences(clock.now()))):
        told = _say(told, _("Silent: %(names)s.", names=listed(silent)))
        return Sign("tablets", WARN, title, told, advice)
    if never := list(dict.fromkeys(named(one.tablet.counter) for one in found if _never_heard(one))):
        told = _say(told, _("Never heard: %(names)s.", names=listed(never)))
        return Sign("tablets", WARN, title, told, advice)
    if refused := sum(one.refused for one in found):
        told = _say(told, ngettext("%(num)s entry was refused.", "%(num)s entries were refused.", refused))
        return Sign("tablets", WARN, title, told, _("See which ratings could not be delivered."))
    if not all(_just_heard(one) for one in found):
        return Sign("tablets", WAIT, title, _say(told, _("None of the others should be in use now.")))
    return Sign("tablets", GOOD, title, told)


def _heard(found: list[TabletNow]) -> str:
    told: str = ngettext(
        "%(num)s tablet is enrolled, %(heard)s in contact now; ratings not sent yet: %(unsent)s.",
        "%(num)s tablets are enrolled, %(heard)s in contact now; ratings not sent yet: %(unsent)s.",
        len(found),
        heard=sum(_just_heard(one) for one in found),
        unsent=sum(one.heartbeat.unsent for one in found if one.heartbeat),
    )
    return told


def _just_heard(one: TabletNow) -> bool:
    return one.heartbeat is not None and clock.now() - one.heartbeat.seen_at < JUST_HEARD


def _never_heard(one: TabletNow) -> bool:
    return one.heartbeat is None and clock.now() - one.tablet.enrolled_at >= JUST_HEARD


def _posting() -> Sign:
    title = lazy("Posting purchases")
    names = [one.name or one.username for one in auth.accounts() if one.active and one.role in POSTERS]
    if names:
        return Sign("posting", GOOD, title, _("May post: %(names)s.", names=listed(names)))
    told = _("Nobody can post purchases yet: this takes a canteen manager or the head of logistics.")
    return Sign("posting", WARN, title, told, _("Add an account with one of these roles."))


def _addresses(instance: Instance) -> Iterator[Sign]:
    title, url = lazy("The public address"), instance.public_url
    if url is None or instance.values.get("address_guessed"):
        told = _("It was guessed: %(url)s.", url=url or "—")
        advice = _(
            "Write KIOSK_PUBLIC_URL into config.toml, or the QR codes stop working when the machine's "
            "address changes."
        )
        yield Sign("address", WARN, title, told, advice)
    elif urlsplit(url).hostname in HERE:
        told = _("QR codes lead to %(url)s, which phones and tablets cannot reach.", url=url)
        yield Sign(
            "address",
            WARN,
            title,
            told,
            _("Write the address at which other devices reach it into config.toml."),
        )
    else:
        yield Sign("address", GOOD, title, _("QR codes lead to %(url)s.", url=url))
    if url and url.startswith("https://"):
        yield Sign("https", GOOD, lazy("Encryption"), _("Browsers reach the server by https."))
    else:
        told = _("Browsers reach the server by plain http; anybody on the network can read along.")
        yield Sign("https", WARN, lazy("Encryption"), told, _("Put Caddy or nginx in front."))


def _second_factor() -> Sign:
    without = [
        one.name or one.username
        for one in auth.accounts()
        if one.active and one.role in LEADERS and one.totp_secret is None
    ]
    if not without:
        told = _("Everybody who can change settings signs in with a password and a code.")
        return Sign("second_factor", GOOD, lazy("Second factor"), told)
    told = _("With a password alone: %(names)s.", names=listed(without))
    advice = _(
        "They turn it on under “My account”; under Settings → School it can be required of their role."
    )
    return Sign("second_factor", WARN, lazy("Second factor"), told, advice)


def _settings() -> Iterator[Sign]:
    """Only if something stored cannot be used: then another value is in force than somebody once chose."""
    known = [str(one.label) for one in school.misfits() if one.label]
    unknown = [one.name for one in school.misfits() if not one.label]
    told = _("Stored, and nothing of this version reads it: %(names)s.", names=_("; ").join(unknown))
    if known:
        bad = _(
            "What is stored cannot be used, and the default is in force: %(names)s.",
            names=_("; ").join(known),
        )
        advice = _("Look at them in the settings, and save what shall be in force.")
        yield Sign("settings", WARN, lazy("Settings"), _say(bad, told) if unknown else bad, advice)
    elif unknown:
        yield Sign("settings", WAIT, lazy("Settings"), told)


def _version() -> Sign:
    stored = session.scalar(text("SELECT version_num FROM alembic_version"))
    told = _("Version %(version)s, tables %(tables)s.", version=version("kiosk"), tables=stored)
    if stored == known_versions()[-1]:
        return Sign("version", GOOD, lazy("The software"), told)
    told = _say(told, _("A newer version is on the disk."))
    advice = _("Finish the upgrade after lunch: make setup, kiosk migrate, then restart.")
    return Sign("version", WARN, lazy("The software"), told, advice)
