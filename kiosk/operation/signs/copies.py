"""The signs of what is there to come back from: backups, their copies elsewhere, recount and drill."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from kiosk.core import clock
from kiosk.core.config import Instance
from kiosk.core.filters import day
from kiosk.core.i18n import Text, _, lazy, ngettext
from kiosk.operation import backups, notes
from kiosk.operation.notes import Note
from kiosk.operation.signs.machine import TICKER_LATE, size
from kiosk.operation.signs.sign import ALERT, GOOD, WAIT, WARN, Sign, ago, is_late, or_late

BACKUP_LATE = timedelta(hours=3)
CHECK_LATE = timedelta(days=3)
DRILL_LATE = timedelta(days=15)
FETCHED_LATE = timedelta(hours=26)
FETCHED = "fetched"
"""The file in backups/ that the machine touches which has fetched them."""


def backup(instance: Instance) -> Sign:
    """Whether the backups are made, and the newest is young."""
    title = lazy("Backups")
    if is_elsewhere(instance):
        return Sign("backup", WAIT, title, _("Another machine of this school does this; see its page."))
    copies, last = backups.dated(instance), notes.read(instance, "backup")
    failed = f"{last.facts.get('problems', [''])[0]} " if last and not last.ok else ""
    advice = _("Check the disk, then press “Back up now”. If it fails again, the log says why.")
    if not copies:
        started = notes.read(instance, "start")
        if failed or (started and clock.now() - started.at > BACKUP_LATE):
            return Sign("backup", ALERT, title, failed + _("There is no backup yet."), advice)
        return Sign("backup", WAIT, title, _("The first backup is made within a minute of the start."))
    moment, file = copies[0]
    answer = ngettext(
        "The newest was made %(ago)s and verified (%(size)s); %(num)s is kept, the oldest from %(oldest)s.",
        "The newest was made %(ago)s and verified (%(size)s); %(num)s are kept, the oldest from %(oldest)s.",
        len(copies),
        ago=ago(moment),
        size=size(file.stat().st_size),
        oldest=day(copies[-1][0], "iso"),
    )
    if failed or not -BACKUP_LATE < clock.now() - moment < BACKUP_LATE:
        return Sign("backup", ALERT, title, failed + answer, advice)
    return Sign("backup", GOOD, title, answer)


def elsewhere(instance: Instance) -> Sign:
    """Whether another machine has fetched the backups: copies on the same disk die with it."""
    title = lazy("Backups elsewhere")
    advice = _("Let another machine fetch them each hour, and tell the server that it did.")
    try:
        fetched = datetime.fromtimestamp((instance.folder / "backups" / FETCHED).stat().st_mtime, UTC)
    except OSError:
        answer = _("As far as the server knows, all backups are on this machine and would be lost with it.")
        return Sign("elsewhere", WARN, title, answer, advice)
    answer = _("Another machine fetched them %(ago)s.", ago=ago(fetched))
    if not -FETCHED_LATE < clock.now() - fetched < FETCHED_LATE:
        return Sign("elsewhere", WARN, title, answer, advice)
    return Sign("elsewhere", GOOD, title, answer)


def is_elsewhere(instance: Instance) -> bool:
    """Whether another machine leads."""
    note = notes.read(instance, "elsewhere")
    return note is not None and not is_late(note, TICKER_LATE)


def check(instance: Instance) -> Sign:
    """Whether the last recount found everything as it should be."""
    return _of_job(
        instance,
        "check",
        lazy("The recount"),
        CHECK_LATE,
        coming=_("Every night all ratings, tallies and amounts are recounted; the first time is tonight."),
        failed=lambda note: _("Last recount %(ago)s found a difference:", ago=ago(note.at)),
        advice=_(
            "Stop the server and keep the whole folder as it is. Then restore the last backup from before "
            "the damage: kiosk restore FILE"
        ),
        good=lambda note: _(
            "Last recount %(ago)s: everything matched, %(ratings)s ratings.",
            ago=ago(note.at),
            ratings=note.facts.get("ratings", 0),
        ),
    )


def drill(instance: Instance) -> Sign:
    """Whether the newest backup could be restored, the last time it was tried."""
    return _of_job(
        instance,
        "drill",
        lazy("Restore drill"),
        DRILL_LATE,
        coming=_("Each week the newest backup is restored as a drill; the first one is still to come."),
        failed=lambda note: _(
            "Last drill %(ago)s: the newest backup could not be restored:", ago=ago(note.at)
        ),
        advice=_("Press “Back up now”, then “Try a restore now”. If it fails again, keep the older backups."),
        good=lambda note: _(
            "Last drill %(ago)s: a backup with %(ratings)s ratings was restored in "
            "%(seconds)s seconds and matched completely.",
            ago=ago(note.at),
            ratings=note.facts.get("ratings", 0),
            seconds=note.facts.get("seconds", "?"),
        ),
    )


def _of_job(
    instance: Instance,
    job: str,
    title: Text,
    late: timedelta,
    *,
    coming: str,
    failed: Callable[[Note], str],
    advice: str,
    good: Callable[[Note], str],
) -> Sign:
    """The sign of a job by its note: not run yet (`coming`), failed, or good unless it is late."""
    note = notes.read(instance, job)
    if is_elsewhere(instance):
        return Sign(job, WAIT, title, _("Another machine of this school does this; see its page."))
    if note is None:
        return Sign(job, WAIT, title, coming)
    if not note.ok:
        return Sign(job, ALERT, title, " ".join([failed(note), *note.facts.get("problems", [])[:3]]), advice)
    return or_late(Sign(job, GOOD, title, good(note)), note, late)
