"""The manifest of a room: what the house must know of it, said once in the room's own `room.py`.

Whoever needs a part of the rooms asks `rooms()`, which gives those that are switched on: navigation, board,
duties, what the server does by itself. What a room stored while it was on is kept, forgotten and verified
when it is off, too: retention, stored data and the record ask `all_rooms()`. No room is named anywhere else
but in the site map (`kiosk.FLOORS`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

from kiosk.core.duty import ALERT as ALERT
from kiosk.core.duty import WARN as WARN
from kiosk.core.duty import Duties as Duties
from kiosk.core.duty import Duty as Duty
from kiosk.core.i18n import LazyString
from kiosk.core.manifest import DAILY as DAILY
from kiosk.core.manifest import GROUPS as GROUPS
from kiosk.core.manifest import KEPT_AS_RECORD as KEPT_AS_RECORD
from kiosk.core.manifest import KEPT_WHILE_USED as KEPT_WHILE_USED
from kiosk.core.manifest import POSTED as POSTED
from kiosk.core.manifest import SLOTS as SLOTS
from kiosk.core.manifest import VOICES as VOICES
from kiosk.core.manifest import Asked as Asked
from kiosk.core.manifest import CaseSubject as CaseSubject
from kiosk.core.manifest import Concern as Concern
from kiosk.core.manifest import FolderPage as FolderPage
from kiosk.core.manifest import FolderPart as FolderPart
from kiosk.core.manifest import Fragment as Fragment
from kiosk.core.manifest import Job as Job
from kiosk.core.manifest import Nav as Nav
from kiosk.core.manifest import Retention as Retention
from kiosk.core.manifest import SettingsPage as SettingsPage
from kiosk.core.manifest import Switch as Switch
from kiosk.core.manifest import Tab as Tab
from kiosk.core.manifest import Table as Table
from kiosk.core.manifest import Words as Words
from kiosk.core.overdue import Dues as Dues
from kiosk.core.overdue import Overdue as Overdue
from kiosk.core.samples import Share
from kiosk.core.searched import Searched
from kiosk.core.setting import Choices, Setting


@dataclass(frozen=True, kw_only=True)
class Room:
    """A room and all that it hands to the house.

    `doors` are its modules with a `blueprint` (an office door's name ends in "office"), `machines` what the
    addresses begin with that they answer to machines (a failure there is problem+json), `commands` the
    modules with a list `commands`. `rounds` are short work that the server looks after three times a minute;
    each says whether it did anything. `checks` give findings of the recount, `rows` lines of the record's
    export, `heads` the heads of the record that are known in the room; each by a name. `duties` say what
    waits for whom (`Duties`), `dues` what was due and is not done (`Dues`). `posting_kinds` are its kinds of
    posting (`postings.queries.Kind`), `ladders` those by which it has something approved (see
    `steps.queries.Ladder`), `sealed` the series of facts that are sealed (`seals.queries.Series`),
    `measures` figures that rooms below ask for by name, `searched` what everybody can find of it, `alike`
    words that people use for one thing of it (whoever searches for one finds the others), `folder` what it
    hands to the inspector's folder, `sample` the room's share of the sample school.
    `case_subjects` are the things of the room that a case can be about, by what stands before the colon of
    a subject; `case_kinds` the kinds of cases that it opens. `calendar` is called, in the same transaction,
    whenever terms or school days change, with who did it; `follows` likewise whenever something is posted,
    corrected or withdrawn, with who did it and the posting, while the room is in use.

    A room that is `optional` is off until the school switches it on; `switches` are gates inside it that are,
    too (ask `is_on`), and those of its kinds of posting, which are not named again.
    """

    name: str
    optional: Switch | None = None
    switches: tuple[Switch, ...] = ()
    doors: tuple[str, ...] = ()
    machines: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    words: Words = field(default_factory=Words)
    navigation: tuple[Nav, ...] = ()
    settings: tuple[Setting[Any], ...] = ()
    settings_pages: tuple[SettingsPage, ...] = ()
    tabs: tuple[Tab, ...] = ()
    tables: Mapping[str, Table] = field(default_factory=dict)
    retention: tuple[Retention, ...] = ()
    jobs: tuple[Job, ...] = ()
    rounds: tuple[Callable[[], bool], ...] = ()
    checks: Mapping[str, Callable[[], Iterable[Any]]] = field(default_factory=dict)
    rows: Mapping[str, Callable[[], Iterable[str]]] = field(default_factory=dict)
    heads: Mapping[str, Callable[[], Iterable[Any]]] = field(default_factory=dict)

    duties: tuple[Duties, ...] = ()
    dues: tuple[Dues, ...] = ()
    fragments: tuple[Fragment, ...] = ()
    ladders: tuple[Any, ...] = ()
    posting_kinds: tuple[Any, ...] = ()
    sealed: tuple[Any, ...] = ()
    measures: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    searched: tuple[Searched, ...] = ()
    alike: tuple[tuple[str, ...], ...] = ()
    folder: tuple[FolderPart, ...] = ()
    case_subjects: Mapping[str, CaseSubject] = field(default_factory=dict)
    case_kinds: Mapping[str, LazyString] = field(default_factory=dict)
    calendar: tuple[Callable[[Any], None], ...] = ()
    follows: tuple[Callable[[Any, Any], None], ...] = ()
    sample: Share | None = None
    package: str = ""
    """Where its modules are; `kiosk.<name>` if nothing is said."""

    def __post_init__(self) -> None:
        if not self.package:
            object.__setattr__(self, "package", f"kiosk.{self.name}")
        if not all(isinstance(source, Duties) for source in self.duties):
            raise TypeError(f"{self.name}: duties without the right that they take")
        own = [kind.switch for kind in self.posting_kinds if kind.switch]
        further = tuple(switch for switch in own if switch not in self.switches)
        object.__setattr__(self, "switches", (*self.switches, *further))
        object.__setattr__(self, "words", _with_what_is_declared(self))


SETTINGS_CHANGED, RETENTION_ERASED = "settings.changed", "retention.erased"
"""The actions whose entries speak of all rooms: each adds what it declares to the words of the record."""


def _with_what_is_declared(room: Room) -> Words:
    """A room's words, with the labels of its settings, its switches, and the tables that it forgets."""
    words = room.words
    values = {
        setting.name: {str(code): label for code, label in setting.choices.items()}
        for setting in room.settings
        if isinstance(setting, Choices) and setting.choices
    }
    switches = {switch.name: switch.label for switch in _switches(room)}
    plain = frozenset(setting.name for setting in room.settings if setting.is_plain)
    added = {
        SETTINGS_CHANGED: {setting.name: setting.label for setting in room.settings},
        RETENTION_ERASED: {
            rule.name: room.tables[rule.table.__tablename__].what
            for rule in room.retention
            if rule.table.__tablename__ in room.tables
        },
    }
    of_action = {action: {**words.of_action.get(action, {}), **labels} for action, labels in added.items()}
    return replace(
        words,
        plain_of={**words.plain_of, SETTINGS_CHANGED: plain},
        of_action={**words.of_action, **of_action},
        values={**words.values, **values, "switch": switches},
    )


def _switches(room: Room) -> tuple[Switch, ...]:
    return (room.optional, *room.switches) if room.optional else room.switches


_rooms: Callable[[], tuple[Room, ...]] = tuple
_on: Callable[[], Mapping[str, date]] = dict


def use(source: Callable[[], tuple[Room, ...]], switched_on: Callable[[], Mapping[str, date]]) -> None:
    """Name where the rooms of the running application are found, and what is on since which day."""
    global _rooms, _on
    _rooms, _on = source, switched_on


class _InUse(NamedTuple):
    """What the school uses of all rooms while so much is switched on."""

    everything: tuple[Room, ...]
    on: Mapping[str, date]
    rooms: tuple[Room, ...]
    since: Mapping[str, date]
    """By a switch's name the day from which it is on; what is off, or in a room that is off, is missing."""


_last: _InUse | None = None


def _in_use() -> _InUse:
    """What is in use now; it follows from all rooms and what is on, and is worked out when these change."""
    global _last
    everything, on, found = _rooms(), _on(), _last
    if found is None or found.everything is not everything or found.on != on:
        found = _last = _worked_out(everything, on)
    return found


def _worked_out(everything: tuple[Room, ...], on: Mapping[str, date]) -> _InUse:
    used = tuple(room for room in everything if room.optional is None or room.optional.name in on)
    since: dict[str, date] = {}
    for room in used:
        began = on[room.optional.name] if room.optional else date.min
        since.update({one.name: max(began, on[one.name]) for one in _switches(room) if one.name in on})
    return _InUse(everything, dict(on), used, since)


def all_rooms() -> tuple[Room, ...]:
    """The manifests of all rooms, from the ground floor up, whether they are on or off."""
    return _rooms()


def rooms() -> tuple[Room, ...]:
    """The manifests of the rooms that the school uses, from the ground floor up."""
    return _in_use().rooms


def switches() -> list[Switch]:
    """What the school can switch on and off: rooms, and what lies in rooms that are on."""
    options = []
    for room in all_rooms():
        options += [room.optional] if room.optional else []
        options += room.switches if is_on(room.optional) else ()
    return options


def is_on(switch: Switch | None) -> bool:
    """Whether the school uses it; what has no switch is always on."""
    return switch is None or switch.name in _in_use().since


def on_since(switch: Switch) -> date | None:
    """The day from which it is on, and from which what it asks is due; None while it or its room is off."""
    return _in_use().since.get(switch.name)


def declared_settings() -> dict[str, Setting[Any]]:
    """The settings of all rooms by their name: what is stored for a room that is off is known, too."""
    return {setting.name: setting for room in all_rooms() for setting in room.settings}


def fragments(slot: str, *subject: Any) -> list[dict[str, Any]]:
    """What fills a slot, in its order: what each template is to see as `section`, its own name in `template`,
    and its `jump`.

    Raises KeyError for a slot that is not one of SLOTS.
    """
    SLOTS[slot]
    filling = [fragment for room in rooms() for fragment in room.fragments if fragment.slot == slot]
    filling.sort(key=lambda fragment: fragment.place)
    return [
        {"template": fragment.template, "jump": fragment.jump, **fragment.context(*subject)}
        for fragment in filling
    ]


def tabs(area: str) -> list[Tab]:
    """The pages of an area of the office, in their order."""
    pages = [tab for room in rooms() for tab in room.tabs if tab.area == area and tab.wanted()]
    return sorted(pages, key=lambda tab: tab.place)


CLOCK_IN_DOUBT = "clock in doubt"
"""The measure by which a room says that the clock cannot be believed before a person confirmed it."""


def clock_in_doubt() -> bool:
    """Whether what the clock alone would do, and nobody could undo, has to wait."""
    return any(room.measures[CLOCK_IN_DOUBT]() for room in rooms() if CLOCK_IN_DOUBT in room.measures)


def measure(name: str) -> Callable[..., Any] | None:
    """The figure of this name, if any room measures it."""
    return next((room.measures[name] for room in rooms() if name in room.measures), None)
