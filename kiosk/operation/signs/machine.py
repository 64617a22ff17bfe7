"""The signs of the machine: its disk, its clock, its addresses, its software."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from importlib.metadata import version
from urllib.parse import urlsplit

from sqlalchemy import text

from kiosk.chain import queries as chain
from kiosk.core import clock
from kiosk.core.config import Instance
from kiosk.core.db import known_versions, session
from kiosk.core.filters import clock_time, day
from kiosk.core.i18n import _, lazy
from kiosk.counters import queries as counters
from kiosk.operation import notes
from kiosk.operation.signs.sign import ALERT, GOOD, WAIT, WARN, Sign, ago, is_late, say
from kiosk.operation.ticker import LEAST_FREE
from kiosk.school import queries as school
from kiosk.school.settings import TIMEZONE

TICKER_LATE = timedelta(minutes=5)
CLOCK_OFF = timedelta(minutes=2)
OWN_NAMES = ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104 - names of this machine, nothing listens


def size(number: float) -> str:
    """12 KB, 3.4 GB."""
    for unit in ("B", "KB", "MB", "GB"):
        if number < 1000:
            return f"{number:.0f} {unit}" if number >= 10 or unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} TB"


def disk(instance: Instance) -> Sign:
    """Whether there is room for ratings and backups."""
    disk = shutil.disk_usage(instance.folder)
    share = disk.free / disk.total if disk.total else 1
    answer = _("%(free)s of %(total)s are free.", free=size(disk.free), total=size(disk.total))
    if share >= LEAST_FREE:
        return Sign("disk", GOOD, lazy("Room on the disk"), answer)
    advice = _(
        "Free some space now: with a full disk no ratings can be stored (tablets keep "
        "them meanwhile). Move old files away, such as %(folder)s.",
        folder=instance.folder / "replaced",
    )
    return Sign("disk", ALERT, lazy("Room on the disk"), answer, advice)


def timepiece(instance: Instance) -> Sign:
    """Whether the machine's clock is right, as far as the record and the tablets tell."""
    title, now = lazy("The clock"), clock.now()
    answer = _(
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
        return Sign("clock", ALERT, title, say(answer, later), advice)
    jump = notes.read(instance, "clock")
    if jump and not is_late(jump, timedelta(days=1)):
        set_by = _("It was changed by %(n)s seconds %(ago)s.", ago=ago(jump.at), n=jump.facts.get("seconds"))
        return Sign("clock", WARN, title, say(answer, set_by), advice)
    beats = [device.heartbeat for device in counters.tablets_now() if device.heartbeat]
    ahead = sorted(beat.ahead for beat in beats if now - beat.seen_at < timedelta(days=1))
    if len(ahead) > 2 and abs(middle := ahead[len(ahead) // 2]) > CLOCK_OFF.seconds:
        other = _("But most tablets' clocks differ from it by %(n)s seconds.", n=abs(middle))
        return Sign("clock", WARN, title, say(answer, other), advice)
    if not ahead:
        return Sign(
            "clock",
            WAIT,
            title,
            say(answer, _("No tablet was in contact within the last day to confirm it.")),
        )
    return Sign("clock", GOOD, title, say(answer, _("The tablets' clocks agree.")))


def addresses(instance: Instance) -> Iterator[Sign]:
    """Where QR codes lead, and whether anybody can read along."""
    title, url = lazy("The public address"), instance.public_url
    if url is None or instance.values.get("address_guessed"):
        answer = _("It was guessed: %(url)s.", url=url or "—")
        advice = _(
            "Write KIOSK_PUBLIC_URL into config.toml, or the QR codes stop working when the machine's "
            "address changes."
        )
        yield Sign("address", WARN, title, answer, advice)
    elif urlsplit(url).hostname in OWN_NAMES:
        answer = _("QR codes lead to %(url)s, which phones and tablets cannot reach.", url=url)
        yield Sign(
            "address",
            WARN,
            title,
            answer,
            _("Write the address at which other devices reach it into config.toml."),
        )
    else:
        yield Sign("address", GOOD, title, _("QR codes lead to %(url)s.", url=url))
    if url and url.startswith("https://"):
        yield Sign("https", GOOD, lazy("Encryption"), _("Browsers reach the server by https."))
    else:
        answer = _("Browsers reach the server by plain http; anybody on the network can read along.")
        yield Sign("https", WARN, lazy("Encryption"), answer, _("Put Caddy or nginx in front."))


def software() -> Sign:
    """Which version runs, and whether an upgrade was left half done."""
    tables = session.scalar(text("SELECT version_num FROM alembic_version"))
    answer = _("Version %(version)s, tables %(tables)s.", version=version("kiosk"), tables=tables)
    if tables == known_versions()[-1]:
        return Sign("version", GOOD, lazy("The software"), answer)
    answer = say(answer, _("A newer version is on the disk."))
    advice = _("Finish the upgrade after lunch: make setup, kiosk migrate, then restart.")
    return Sign("version", WARN, lazy("The software"), answer, advice)
