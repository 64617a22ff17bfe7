"""What a kind of posting is: one declaration, from which everything that the house does with it follows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kiosk.core.actor import SCHOOL, Actor, Place
from kiosk.core.errors import Forbidden, Invalid, NotFound
from kiosk.core.field import Input, near_years
from kiosk.core.i18n import LazyString, Text, lazy, pgettext
from kiosk.core.room import Switch, all_rooms, is_on, on_since
from kiosk.core.security import Permission
from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen, Counter
from kiosk.persons import queries as persons
from kiosk.postings.models import Posting
from kiosk.postings.queries.rhythms import (
    DAY,
    NONE_ASKED,
    Owed,
    Rhythm,
    days_of_week,
    period_words,
    span_of,
    unit_of,
    which,
)
from kiosk.postings.queries.typed import Data, Pages, Reading, Texts, Typed

SCOPES: dict[str, LazyString] = {
    "school": lazy("Whole school"),
    "canteen": lazy("Canteen"),
    "counter": lazy("Counter"),
}
"""Whose a posting can be."""
RESERVED = frozenset({"ratings", "cases", "head", "seals", "ocds", "appraisals", "all"})
"""Names that addresses like /data/<kind>.csv have already."""


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """A person who answers for a posting: chosen by number, printed by the name of that day."""

    name: str
    label: LazyString
    missing: LazyString | None = None
    hint: Text = ""

    def read(self, text: str) -> dict[str, Any] | None:
        """The person's number and name. Raises Invalid, with the input's name as the field."""
        if not text.strip() and self.missing:
            raise Invalid(self.missing, field=self.name)
        if not text.strip():
            return None
        found = {str(one.number): one for one in persons.people()}.get(text.strip())
        if found is None:
            raise Invalid(lazy("Please choose somebody from the list."), field=self.name)
        return {"person": found.number, "name": found.name}


NOTHING = lazy("Nothing to post")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of posting.

    `fields` are what a posting says as a whole, `columns` what each of its rows says, one or the other at
    least; `heading` names the field that is its title (without one it is called by its kind and period).
    `people` answer for it; none of them may be another. `aliases` are, by a column's name, other heads that
    schools write above it, by which a file's columns are found beside the labels. A posting is of one of the
    `scopes`.

    A period may have `several` postings of a place. What is `computed` from the rows nobody types, nor, in
    each of them, the `derived` columns. What stands behind an amount in a file, 2000元/学期, goes into the
    column that `units` names for it, and so do words in the place of a number.

    Who `drafts` also proposes; where nobody `approves`, whoever `publishes` posts, or else the same person.
    Whoever approves is another person than everybody who wrote in it (`steps`), and the kind's room also
    hands in its ladder (`postings.services.ladder`). Roles that are `confined` act for canteens and counters,
    never for the whole school. `questions`: whether anybody may ask about its rows.

    It stands on the board until the day in the field `until`, else for so many `days`; one that is not
    `on_board` has a section of its own there, and one with `own_duties` tells itself what waits for whom.
    Columns that `sums` names are added up below the rows. A row is the same thing in another version where
    the columns of `known_by` say the same, the first one alone where none is named; an empty cell in a column
    of `products` is the product of the two that it names. What `recurring` columns say is mostly said again
    in the next one: a new posting can begin with it. A column that `called` names is called by what a
    field says, where it says something. `crosswise` are two choices and a text of its columns: a file may
    draw them as a table across, the words of one as heads, those of the other at the left. Where columns are
    `called`, a file may have a row for each of them instead: `rowwise` are the heads above who is named
    there, and above the value. In a file a row whose first text has one of `not_lines` is none.
    `rows` is the template that shows the rows, where a table is not the way.

    What has a `rhythm` is due, from the day on which its `switch` was switched on; without a switch it is
    always on.
    """

    slug: str
    label: LazyString
    fields: tuple[Input, ...] = ()
    columns: tuple[Input, ...] = ()
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    heading: str = ""
    people: tuple[Somebody, ...] = ()
    scopes: tuple[str, ...] = ("school",)
    drafts: Permission
    approves: Permission | None = None
    confined: frozenset[str] = frozenset()
    questions: bool = False
    sums: tuple[str, ...] = ()
    known_by: tuple[str, ...] = ()
    recurring: tuple[str, ...] = ()
    products: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    called: Mapping[str, str] = field(default_factory=dict)
    crosswise: tuple[str, str, str] | None = None
    rowwise: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    not_lines: tuple[str, ...] = ()
    rows: str = ""
    until: str = ""
    days: int = 7
    rhythm: Rhythm | None = None
    switch: Switch | None = None
    several: bool = False
    computed: tuple[Input, ...] = ()
    derived: tuple[Input, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    sections: Mapping[str, str] = field(default_factory=dict)
    section_heads: tuple[str, ...] = ()
    """A file may have one column of money, under one of these heads, and headings that say by a word in which
    of the kind's columns it belongs: 一、收入."""
    completes: Callable[[Posting, Reading], None] | None = None
    """Adds to what was read what is computed from it, and what is wrong with it as a whole."""
    offers: Callable[[Posting], Texts] | None = None
    """Texts of fields with which a new posting of a place and period begins."""
    says: Callable[[Mapping[str, Any], Sequence[Mapping[str, Any]]], Iterable[Text]] | None = None
    """Sentences on what the fields and rows say; they stand below the rows, and for what was computed."""
    publishes: Permission | None = None
    titled: Callable[[Posting, Mapping[str, Any], Sequence[Mapping[str, Any]]], str] | None = None
    """How a posting is called by its values or texts and its rows, where that is more than one field."""
    nothing: Text = NOTHING
    """How it is said that there is nothing to post for a period."""
    on_board: bool = True
    own_duties: bool = False
    typed: Typed | None = None
    pages: Pages | None = None
    data: Data | None = None

    @property
    def facts(self) -> tuple[Input | Somebody, ...]:
        """What a version says as a whole: what was typed, people, and what was computed."""
        return (*self.inputs, *self.computed)

    @property
    def shown_columns(self) -> tuple[Input, ...]:
        """What each row says: what was typed, and what was computed."""
        return (*self.columns, *self.derived)

    def thing(self, row: Mapping[str, Any]) -> tuple[Any, ...]:
        """What a row is about: the values of the columns by which it is known; () if the first is empty."""
        values = tuple(row.get(one.name) or None for one in self.naming)
        return values if values and values[0] is not None else ()

    @property
    def naming(self) -> list[Input]:
        """The columns by which a row is known."""
        known = self.known_by or tuple(one.name for one in self.shown_columns[:1])
        return [one for one in self.shown_columns if one.name in known]

    def sentences(self, fields: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> list[Text]:
        """What is said on the fields and rows of a version, or of what a draft says."""
        return list(self.says(fields, rows)) if self.says else []

    def title(
        self, posting: Posting, values: Mapping[str, Any], rows: Sequence[Mapping[str, Any]] = ()
    ) -> str:
        """What a posting with these values or texts, and these rows, is called."""
        if self.titled:
            return self.titled(posting, values, rows)
        period = posting.period if unit_of(posting.period) == DAY else period_words(posting.period)
        return str(values.get(self.heading) or " · ".join(filter(None, (str(self.label), period))))

    def headline(self, posting: Posting) -> str:
        """What stands large on a poster of a period, as people write it; empty: its title does."""
        unit = unit_of(posting.period) if posting.period else ""
        if self.heading or not unit or (self.titled and unit != DAY):
            return ""
        words = days_of_week(posting.period) or period_words(posting.period)
        said = {"kind": str(self.label), "period": words}
        return str(pgettext("poster", "%(kind)s, %(period)s", **said))

    def head(self, column: Input, values: Mapping[str, Any]) -> Text:
        """What a column is called beside these values or texts."""
        return str(values.get(self.called.get(column.name, "")) or "") or column.label

    @property
    def inputs(self) -> tuple[Input | Somebody, ...]:
        """What a posting says as a whole, people included."""
        return (*self.fields, *self.people)

    @property
    def takes_files(self) -> bool:
        """Whether its rows may come from a file; one with pages of its own reads files itself."""
        return bool(self.columns) and not self.pages

    @property
    def may_be_nothing(self) -> bool:
        """Whether a period may have nothing to post, which is then posted, too."""
        return self.rhythm is not None and bool(self.columns)

    @property
    def posts(self) -> Permission:
        """Who decides that it is posted, and that it is withdrawn."""
        return self.approves or self.publishes or self.drafts

    def may(self, permission: Permission, actor: Actor, at: Place) -> bool:
        """Whether somebody may do something with postings of a place; what acts by itself may."""
        return actor.grants is None or any(
            grant.gives(permission, at) and not (at == SCHOOL and grant.role in self.confined)
            for grant in actor.grants
        )

    def ask(self, permission: Permission, actor: Actor, at: Place) -> None:
        """Forbidden, with the permission, for whoever may not."""
        if not self.may(permission, actor, at):
            problem = Forbidden()
            problem.permission = permission
            raise problem

    def ask_period(self, period: str) -> None:
        """Invalid for what is no period of its rhythm; without a rhythm for any."""
        if not self.rhythm and not period:
            return
        span = span_of(period)
        if not self.rhythm or unit_of(period) != self.rhythm.unit or span is None:
            text = which(self.rhythm.unit) if self.rhythm else NONE_ASKED
            raise Invalid(text, field="period")
        near_years(span.first, "period")

    def owed(self, first: date, last: date | None = None) -> list[Owed]:
        """What is due on a day, or the days of a span; nothing that was over before it was switched on."""
        return (
            [one for one in self.rhythm.owed(first, last or first) if self._owes(one)] if self.rhythm else []
        )

    def owed_for(self, period: str) -> Owed | None:
        """The same for a period."""
        found = self.rhythm.of(period) if self.rhythm else None
        return found if found and self._owes(found) else None

    def _owes(self, one: Owed) -> bool:
        since = on_since(self.switch) if self.switch else date.min
        return since is not None and since <= min(one.last, one.due.date())

    def owed_by(self, place: Canteen | Counter | None, period: str) -> Owed | None:
        """What a place owes for a period; nothing before a canteen began, nor while it is closed."""
        found = self.owed_for(period)
        if found and isinstance(place, Canteen) and not counters.owes(place, found.due.date()):
            return None
        return found


def all_kinds() -> list[Kind]:
    """Every kind that a room declares, on or off."""
    return [kind for room in all_rooms() for kind in room.posting_kinds]


def declared_kinds() -> list[Kind]:
    """The kinds that the school uses."""
    return [
        kind
        for room in all_rooms()
        for kind in room.posting_kinds
        if is_on(room.optional) and is_on(kind.switch)
    ]


def kind_of(slug: str) -> Kind:
    """The kind of this name, on or off, or NotFound."""
    return _named(slug, all_kinds())


def kind_in_use(slug: str) -> Kind:
    """The kind of this name that the school uses, or NotFound."""
    return _named(slug, declared_kinds())


def _named(slug: str, kinds: list[Kind]) -> Kind:
    found = next((kind for kind in kinds if kind.slug == slug), None)
    if found is None:
        raise NotFound
    return found
