"""What of rounds waits for whom: what is due today, what was missed, what is to be confirmed."""

from collections.abc import Iterator

from flask import url_for

from kiosk.cases import queries as cases
from kiosk.core.actor import Actor
from kiosk.core.duty import ALERT, WARN, Duties, Duty
from kiosk.core.i18n import _
from kiosk.inspections import queries
from kiosk.inspections.models import MENDED
from kiosk.inspections.permissions import PLAN_ROUNDS, WALK_ROUNDS
from kiosk.inspections.queries import DUE, MISSED, Entry, Occurrence
from kiosk.school import queries as school

LOOK_BACK = 3
"""What was missed stays for so many days with whose round it was, and with the head."""


def rounds(who: Actor) -> Iterator[Duty]:
    """One's own rounds of today, and those that one has missed."""
    for entry in _waiting():
        one = entry.occurrence
        if queries.is_ones_own(who, one.version, one.day):
            yield _duty(entry, mine=True)


def missed(who: Actor) -> Iterator[Duty]:
    """The rounds that others missed, for whoever plans them."""
    for entry in _waiting():
        one = entry.occurrence
        if entry.state == MISSED and not queries.is_ones_own(who, one.version, one.day):
            yield _duty(entry, mine=False)


def _waiting() -> list[Entry]:
    today = school.today()
    found = [one for one in queries.missed(LOOK_BACK) if one.occurrence.day < today]
    return [*found, *(one for one in queries.today_entries() if one.state in (DUE, MISSED, queries.COMING))]


def _duty(entry: Entry, *, mine: bool) -> Duty:
    one = entry.occurrence
    place = cases.subject_label(one.version.subject)
    named = {"name": one.version.name, "time": queries.slot_label(one.slot)}
    is_missed = entry.state == MISSED
    text = (
        _("Round missed: %(name)s %(time)s", **named) if is_missed else _("Round: %(name)s %(time)s", **named)
    )
    return Duty(
        key=f"{one.version.plan_id}-{one.day.isoformat()}-{one.slot}",
        state=ALERT if is_missed else WARN,
        text=text.strip(),
        url=_address(one) if mine else url_for("office.inspections.index"),
        at=queries.place_of_plan(one.version),
        place=place,
        due=one.ends,
        mine=mine,
    )


def _address(one: Occurrence) -> str:
    return url_for("office.walk.show", number=one.version.plan_id, day=one.day.isoformat(), slot=one.slot)


def confirm(who: Actor) -> Iterator[Duty]:
    """What one has found and somebody says is put right: one's own to confirm, on the spot."""
    own = cases.numbers(who)
    for found in queries.open_findings():
        if queries.finder(found) not in own or queries.standing(found) != MENDED:
            continue
        if queries.menders(found) & own:
            continue
        place = cases.subject_label(found.subject)
        yield Duty(
            key=str(found.id),
            state=WARN,
            text=_("Confirm on the spot: %(what)s", what=f"{place} · {found.line.text}"),
            url=url_for("office.inspections.finding", number=found.id),
            at=queries.place_of(found.checked),
            place=place,
            mine=True,
        )


DUTIES = (
    Duties("rounds", WALK_ROUNDS, rounds),
    Duties("rounds-missed", PLAN_ROUNDS, missed),
    Duties("findings", WALK_ROUNDS, confirm),
)
