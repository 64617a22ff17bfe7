"""What of cases waits for whom: what is mine, what is offered to me, what the head decides, what is late."""

from collections.abc import Iterator
from datetime import date, datetime, time

from flask import url_for

from kiosk.cases import queries
from kiosk.cases.models import SAFETY, Case
from kiosk.cases.permissions import ASSIGN_CASES, USE_CASES
from kiosk.cases.queries import ALL, LATE, MINE, OFFERED, PRAISE, WEEK, Filter, Heap
from kiosk.core.actor import Actor
from kiosk.core.duty import ALERT, WARN, Duties, Duty, Way
from kiosk.core.i18n import _, ngettext
from kiosk.core.room import measure
from kiosk.school import queries as school

FEW = 3
"""More cases of one's own than this share a line where the same is due of them; joint answers always do."""
MOST = 20
"""So many cases are told one by one; the rest is counted."""


def mine(who: Actor) -> Iterator[Duty]:
    """Food safety first and each by itself; what is due of many of one's own cases is one line."""
    found = [one for one in queries.heaps(who) if not _told_elsewhere(who, one)]
    many = [one for one in found if _is_many(one)]
    yield from _one_by_one(who, [one for one in found if one not in many])
    yield from (_heap(one) for one in many)


def _is_many(heap: Heap) -> bool:
    return heap.code != SAFETY and heap.number > (1 if heap.code == WEEK else FEW)


def _one_by_one(who: Actor, heaps: list[Heap]) -> Iterator[Duty]:
    if not heaps:
        return
    due = ",".join(heap.code for heap in heaps)
    number = sum(heap.number for heap in heaps)
    found = queries.listed(who, MINE, Filter(due=due), size=MOST, total=number)
    told = _Told(found.beginnings)
    for case in found.cases:
        said = {"what": case.duty_label, "about": told.about(case)}
        grave = case.severity == SAFETY
        text = _("Food safety, %(what)s: %(about)s", **said) if grave else _("%(what)s: %(about)s", **said)
        yield told.duty(case, text)
    if found.total > MOST:
        text = ngettext("%(num)s more case of mine", "%(num)s more cases of mine", found.total - MOST)
        yield Duty("more", WARN, text, url_for("office.cases.index", view=MINE, due=due), mine=True)


def _heap(heap: Heap) -> Duty:
    """Many cases of which the same is due, as one line that leads to their list."""
    cases = ngettext("%(num)s case", "%(num)s cases", heap.number)
    if heap.code == WEEK:
        text = ngettext(
            "A joint answer to a week's ratings waits at %(num)s counter",
            "Joint answers to a week's ratings wait at %(num)s counters",
            heap.subjects,
        )
    else:
        text = _("%(what)s: %(cases)s", what=queries.HEAPS[heap.code], cases=cases)
    return Duty(
        key=f"all-{heap.code}",
        state=ALERT if heap.due_on and heap.due_on < school.today() else WARN,
        text=text,
        url=url_for("office.cases.index", view=MINE, due=heap.code),
        detail=cases if heap.code == WEEK and heap.number != heap.subjects else "",
        due=_end_of(heap.due_on),
        mine=True,
    )


def _told_elsewhere(who: Actor, heap: Heap) -> bool:
    """Whether a room above puts good deeds before those who decide about them."""
    decides = measure("deeds decided by")
    return heap.code == PRAISE and decides is not None and decides(who)


def offered(who: Actor) -> Iterator[Duty]:
    """Each case that is offered to one."""
    found = queries.listed(who, OFFERED, size=MOST)
    told = _Told(found.beginnings)
    for case in found.cases:
        text = _("Offered to you: %(about)s", about=told.about(case))
        yield told.duty(case, text)._replace(ways=_answers(case))
    if (more := found.total - MOST) > 0:
        text = ngettext("%(num)s more case is offered to you", "%(num)s more cases are offered to you", more)
        yield Duty("more", WARN, text, url_for("office.cases.index", view=OFFERED), mine=True)


def _answers(case: Case) -> tuple[Way, ...]:
    """Yes by one click, no with a reason."""
    yes, no = (url_for("office.cases.act", number=case.id, verb=verb) for verb in ("accept", "refuse"))
    return (
        Way(_("Accept it"), yes, case.revision),
        Way(_("Refuse it"), no, case.revision, asks=_("Why is it not yours?")),
    )


def for_the_head(who: Actor) -> Iterator[Duty]:
    """Food safety at once, each by itself; what is refused twice or nobody's; and how many are late."""
    found = queries.for_head(who, MOST)
    told = _Told(found.beginnings)
    for case in found.cases:
        if case.severity == SAFETY:
            yield told.duty(case, _("Food safety: %(about)s", about=told.about(case)))
        else:
            yield told.duty(case, _("Decide whose it is: %(about)s", about=told.about(case)))
    if (more := found.total - MOST) > 0:
        text = ngettext("%(num)s more case to decide on", "%(num)s more cases to decide on", more)
        yield Duty("more", WARN, text, url_for("office.cases.index", view=ALL, state="open"), mine=True)
    if late := found.late:
        text = ngettext("%(num)s case is late", "%(num)s cases are late", late)
        yield Duty("late", WARN, text, url_for("office.cases.index", view=LATE), mine=True)


class _Told:
    """How the cases of a list are told, each subject looked up once."""

    def __init__(self, beginnings: dict[int, str]) -> None:
        self.beginnings, self.label = beginnings, queries.labels()

    def about(self, case: Case) -> str:
        """What a case is about, and the beginning of what was said."""
        return f"{self.label(case.subject)} · {self.beginnings.get(case.id, '')}"

    def duty(self, case: Case, text: str) -> Duty:
        """A case as what waits for whoever is asked."""
        label = self.label(case.subject)
        urgent = case.severity == SAFETY or queries.is_late(case)
        return Duty(
            key=str(case.id),
            state=ALERT if urgent else WARN,
            text=text,
            url=url_for("office.cases.show", number=case.id),
            at=queries.place_of(case),
            place=label,
            detail=_("No. %(number)s", number=case.id),
            due=_end_of(case.due_on),
            mine=True,
            first=case.severity == SAFETY and case.is_open,
        )


def _end_of(day: date | None) -> datetime | None:
    """The last moment of a day."""
    return datetime.combine(day, time.max, school.zone()) if day else None


DUTIES = (
    Duties("cases", USE_CASES, mine),
    Duties("cases-offered", USE_CASES, offered),
    Duties("cases-head", ASSIGN_CASES, for_the_head),
)
