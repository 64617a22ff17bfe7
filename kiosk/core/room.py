"""The manifest of a room: what the house must know of it, said once in the room's own `room.py`.

Whoever needs a part of the rooms asks `rooms()`, which gives those that are switched on: navigation, board,
duties, what the server does by itself. What a room stored while it was on is kept, forgotten and verified
when it is off, too: retention, stored data and the record ask `all_rooms()`. No room is named anywhere else
but in the site map (`kiosk.FLOORS`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from kiosk.core.actor import Place
from kiosk.core.duty import ALERT as ALERT
from kiosk.core.duty import WARN as WARN
from kiosk.core.duty import Duties as Duties
from kiosk.core.duty import Duty as Duty
from kiosk.core.i18n import LazyString, lazy
from kiosk.core.overdue import Dues as Dues
from kiosk.core.overdue import Overdue as Overdue
from kiosk.core.samples import Share
from kiosk.core.searched import Searched
from kiosk.core.security import Permission
from kiosk.core.setting import Choices, Setting

KEPT_AS_RECORD = lazy("kept: it is the record")
KEPT_WHILE_USED = lazy("kept while it is in use")

SLOTS = {
    "board": "a section of the public board: the day",
    "board-side": "a section beside those of the board, on a phone below them: the day",
    "wall": "a page of the screen on the wall: the day",
    "data": "a form of the page of open data: nothing",
    "privacy": "what else is kept of whom, on the privacy notice: nothing",
    "live": "a card of the live view, below its own: nothing",
    "attract": "a line on the tablet while nobody is there: the counter",
    "phone": "a section of the phone's page once a rating is stored: the counter",
    "receipt": "a section of a rating's receipt: the rating",
    "counter": "a section of a counter's public page: the counter",
    "poster": "lines at the foot of a counter's poster, unless `is_empty`: the counter",
    "unfound": "what to do where a search finds nothing: nothing",
    "item": "a section of an item's public page: the item",
    "step": "what is decided about, on the page of an approval: the approval",
    "case": "what a case is about, on its page in the office: the case",
    "names": "a section of the office's page of who is who: nothing",
    "office-item": "a section of an item's page in the office: the item",
}
"""The named places on pages of lower rooms that rooms above fill, and what their fragments are asked with."""


POSTED, VOICES = "posted", "voices"
GROUPS = {POSTED: lazy("Purchases and postings"), VOICES: lazy("Voices and answers")}
"""The groups of the office's navigation: what the school posts, and what it is told and answers."""


class Nav(NamedTuple):
    """An entry of the office's navigation, for accounts with the permission; the smallest place is first.

    It stands there while it is `wanted`; `waiting` says of an account how much waits there, beside the label.
    Those of one group (GROUPS) stand behind its name, where its first one would be; without one, by itself.
    """

    place: int
    label: LazyString
    endpoint: str
    permission: Permission
    wanted: Callable[[], bool] = lambda: True
    waiting: Callable[[Any], int] | None = None
    group: str = ""


class SettingsPage(NamedTuple):
    """A tab of the settings; the smallest place comes first. It stands there while it is `wanted`."""

    place: int
    label: LazyString
    endpoint: str
    wanted: Callable[[], bool] = lambda: True


class Tab(NamedTuple):
    """A page of an area of the office, beside the area's other pages; the smallest place comes first.

    It is the tab that is open on every page whose endpoint has this `beginning`.
    """

    area: str
    place: int
    label: LazyString
    endpoint: str
    beginning: str


class Asked(NamedTuple):
    """What something will ask of whom, in one sentence."""

    who: LazyString
    what: LazyString


class Switch(NamedTuple):
    """What a school does without until it switches it on: a room, a kind of posting, a gate."""

    name: str
    label: LazyString
    asks: tuple[Asked, ...]


class Table(NamedTuple):
    """What a table is for, how long its rows are kept, and the column that tells a row's age.

    `mended` says what can be done about words that are to be forgotten and stand in it.
    """

    what: LazyString
    kept: LazyString
    since: str | None = None
    mended: LazyString | None = None


class Retention(NamedTuple):
    """Rows of a table that are older than `kept` go: those for which `old(before)` is true.

    `erase(by, before)` does it where a row stays and only a part of it is erased; it gives how many.
    """

    name: str
    table: Any
    kept: timedelta
    old: Callable[[datetime], Any]
    erase: Callable[..., int] | None = None


class Concern(NamedTuple):
    """What a case is about: what it is called, the place for rights, and the number of the post responsible.

    Without a post, or while nobody holds it, the duty is the head's. `told` is what the public calls it,
    where that is another name.
    """

    label: str
    place: Place
    post: int | None = None
    told: str = ""


def _nobody(_code: str, _moment: datetime) -> Iterable[int]:
    return ()


def _nowhere(_code: str) -> str | None:
    return None


@dataclass(frozen=True, kw_only=True)
class CaseSubject:
    """How a case about something of a room (`counter:c1`) leads back to it.

    `find` gives what a code stands for, None for nothing; `choices` codes and labels of what a case can be
    about when somebody takes one down. `public` and `office` are its addresses, asked inside a request;
    `rated` gives the numbers of the persons whom a case of a moment is about.
    """

    label: LazyString
    find: Callable[[str], Concern | None]
    choices: Callable[[], Iterable[tuple[str, str]]] = tuple
    public: Callable[[str], str | None] = _nowhere
    office: Callable[[str], str | None] = _nowhere
    rated: Callable[[str, datetime], Iterable[int]] = _nobody


class Job(NamedTuple):
    """Long work that the server does by itself every so often, at night if it can.

    `work` runs inside the application's context and tells whether all is well (`ok`). `button` is what the
    office's button says that asks for it at once; without it there is none. When it fails, the office says
    so under `title`.
    """

    name: str
    title: LazyString
    every: timedelta
    work: Callable[[], dict[str, Any]]
    button: LazyString | None = None


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the codes of a room's entries in the record are called when people read them.

    `subjects` are what stands before a subject's colon, `actions` what was done. A field is called as its
    action says in `of_action`, else as the room says in `fields`. `values` are the codes in a field, `actors`
    who writes without an account.

    `plain` are the fields that stand in the record as they are: codes, and what is public by nature. Texts in
    any other field stand there as hashes and can be erased; numbers, days and times never need to be. What is
    plain under one action alone stands in `plain_of`; "" is a value that has no field.
    """

    subjects: Mapping[str, LazyString] = field(default_factory=dict)
    actions: Mapping[str, LazyString] = field(default_factory=dict)
    fields: Mapping[str, LazyString] = field(default_factory=dict)
    of_action: Mapping[str, Mapping[str, LazyString]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, LazyString]] = field(default_factory=dict)
    actors: Mapping[str, LazyString] = field(default_factory=dict)
    plain: frozenset[str] = frozenset()
    plain_of: Mapping[str, frozenset[str]] = field(default_factory=dict)
    passed_on: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By action the fields whose text others take up word for word: what is erased in one goes from all."""
    erasable: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    """By action: marks as Erasable what people wrote inside of plain values of an older version's entry."""


class Fragment(NamedTuple):
    """A part of a page of a room below: the slot (one of SLOTS), the place in it, and a template.

    `context` is asked with what the slot says; the template sees the answer as `section`.
    """

    slot: str
    place: int
    template: str
    context: Callable[..., dict[str, Any]]


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
    words that people use for one thing of it (whoever searches for one finds the others), `sample` the room's
    share of the sample school.
    `case_subjects` are the things of the room that a case can be about, by what stands before the colon of
    a subject; `case_kinds` the kinds of cases that it opens. `calendar` is called, in the same transaction,
    whenever terms or school days change, with who did it.

    A room that is `optional` is off until the school switches it on; `switches` are gates inside it that are,
    too (ask `is_on`), and those of its kinds of posting, which are not named again.
    """

    name: str
    optional: Switch | None = None
    switches: tuple[Switch, ...] = ()
    doors: tuple[str, ...] = ()
    machines: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    words: Words = Words()
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
    case_subjects: Mapping[str, CaseSubject] = field(default_factory=dict)
    case_kinds: Mapping[str, LazyString] = field(default_factory=dict)
    calendar: tuple[Callable[[Any], None], ...] = ()
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


def all_rooms() -> tuple[Room, ...]:
    """The manifests of all rooms, from the ground floor up, whether they are on or off."""
    return _rooms()


def rooms() -> tuple[Room, ...]:
    """The manifests of the rooms that the school uses, from the ground floor up."""
    return tuple(room for room in all_rooms() if is_on(room.optional))


def switches() -> list[Switch]:
    """What the school can switch on and off: rooms, and what lies in rooms that are on."""
    options = []
    for room in all_rooms():
        options += [room.optional] if room.optional else []
        options += room.switches if is_on(room.optional) else ()
    return options


def is_on(switch: Switch | None) -> bool:
    """Whether the school uses it; what has no switch is always on."""
    return switch is None or on_since(switch) is not None


def on_since(switch: Switch) -> date | None:
    """The day from which it is on, and from which what it asks is due; None while it or its room is off."""
    around = (
        room.optional for room in all_rooms() if any(other.name == switch.name for other in room.switches)
    )
    days = [_on().get(option.name) for option in (switch, *around) if option]
    return None if None in days else max(day for day in days if day)


def declared_settings() -> dict[str, Setting[Any]]:
    """The settings of all rooms by their name: what is stored for a room that is off is known, too."""
    return {setting.name: setting for room in all_rooms() for setting in room.settings}


def fragments(slot: str, *subject: Any) -> list[dict[str, Any]]:
    """What fills a slot, in its order: what each template is to see as `section`, its own name in `template`.

    Raises KeyError for a slot that is not one of SLOTS.
    """
    SLOTS[slot]
    filling = [fragment for room in rooms() for fragment in room.fragments if fragment.slot == slot]
    filling.sort(key=lambda fragment: fragment.place)
    return [{"template": fragment.template, **fragment.context(*subject)} for fragment in filling]


def tabs(area: str) -> list[Tab]:
    """The pages of an area of the office, in their order."""
    pages = [tab for room in rooms() for tab in room.tabs if tab.area == area]
    return sorted(pages, key=lambda tab: tab.place)


CLOCK_IN_DOUBT = "clock in doubt"
"""The measure by which a room says that the clock cannot be believed before a person confirmed it."""


def clock_in_doubt() -> bool:
    """Whether what the clock alone would do, and nobody could undo, has to wait."""
    return any(room.measures[CLOCK_IN_DOUBT]() for room in rooms() if CLOCK_IN_DOUBT in room.measures)


def measure(name: str) -> Callable[..., Any] | None:
    """The figure of this name, if any room measures it."""
    return next((room.measures[name] for room in rooms() if name in room.measures), None)
