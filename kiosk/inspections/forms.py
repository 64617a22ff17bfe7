"""Forms of rounds: lists line by line, plans, and what is said of something found."""

from collections.abc import Iterator
from typing import Any

from flask import request
from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField

from kiosk.auth.models import ROLES
from kiosk.cases import queries as cases
from kiosk.core.field import Day, Paragraphs
from kiosk.core.formats import whole
from kiosk.core.forms import CheckboxField, Form, choices, field
from kiosk.core.i18n import lazy
from kiosk.inspections import queries
from kiosk.inspections.lines import NUMBER, Line, plain, tenths_of
from kiosk.inspections.models import LIST_NAME, LIST_REASON, PLAN_NAME, RHYTHMS, SCHOOL_DAYS, ChecklistVersion
from kiosk.inspections.questions import questions_of
from kiosk.persons import queries as persons
from kiosk.school import queries as school
from kiosk.school.models import WEEKDAYS
from kiosk.staff import queries as staff

MOST_ROWS = 60
FREE_ROWS, FREE_QUESTIONS = 4, 2
SEEN = Paragraphs(name="text", label=lazy("What you see, in a few words"), longest=1000)


class SeenForm(Form):
    """What is said of something found."""

    text: Any = field(SEEN)


class ListForm(Form):
    """A list: its name, and why it changes. Its lines stand in rows of their own (`rows_of`)."""

    name: Any = field(LIST_NAME)
    reason: Any = field(LIST_REASON)
    seen = IntegerField()


Row = dict[str, Any]


def rows_of(version: ChecklistVersion | None) -> list[Row]:
    """The rows of a list's lines as they were sent, else as they stand, and some empty ones."""
    names = ("key", "text", "kind", "unit", "least", "most", "hint", "group", "photo")
    if request.method == "POST":
        rows = list(_sent("line", names))
    else:
        rows = [_row(line) for line in version.read] if version else []
    return [*rows, *({"kind": "check"} for _ in range(min(FREE_ROWS, MOST_ROWS - len(rows))))]


def _row(line: Line) -> Row:
    bounds = {name: plain(value) for name in ("least", "most") if (value := getattr(line, name)) is not None}
    return {**vars(line), "least": "", "most": "", **bounds}


def question_rows(version: ChecklistVersion | None) -> list[Row]:
    """The same for the questions to people in the queue."""
    if request.method == "POST":
        rows = list(_sent("question", ("key", "text", "kind")))
    else:
        rows = [one._asdict() for one in questions_of(version.questions)] if version else []
    return [*rows, *({"kind": "levels"} for _ in range(max(0, min(FREE_QUESTIONS, 5 - len(rows)))))]


def _sent(what: str, names: tuple[str, ...]) -> Iterator[Row]:
    """The rows that were sent and say something, in their order."""
    for number in range(MOST_ROWS + FREE_ROWS):
        row = {name: request.form.get(f"{what}-{number}-{name}", "").strip() for name in names}
        if row["text"]:
            yield row


def lines_sent() -> list[Line]:
    """The lines that were sent. Invalid for a number that is none, with the row's field."""
    return [
        _line(row)
        for row in _sent("line", ("key", "text", "kind", "unit", "least", "most", "hint", "group", "photo"))
    ]


def _line(row: Row) -> Line:
    bounds = {
        name: tenths_of(row[name], "lines") if row["kind"] == NUMBER and row[name] else None
        for name in ("least", "most")
    }
    return Line(
        key=row["key"],
        text=row["text"],
        kind=row["kind"],
        unit=row["unit"],
        hint=row["hint"],
        group=row["group"],
        photo=bool(row["photo"]),
        **bounds,
    )


def questions_sent() -> list[Row]:
    """The questions that were sent."""
    return list(_sent("question", ("key", "text", "kind")))


class PlanForm(Form):
    """A plan: which list, where, whose, how often, at which times; from which day on."""

    name: Any = field(PLAN_NAME)
    checklist = SelectField(lazy("Checklist"), coerce=lambda text: whole(str(text)) or 0)
    subject = SelectField(lazy("Where it is made"))
    who = SelectField(lazy("Whose round"))
    rhythm = RadioField(
        lazy("How often it is made"),
        choices=choices(RHYTHMS.items()),
        default=SCHOOL_DAYS,
        validate_choice=False,
    )
    weekdays = CheckboxField(lazy("Weekdays"), coerce=int, choices=choices(WEEKDAYS))
    days = TextAreaField(
        lazy("Certain days"),
        description=lazy("One a line, like 2026-08-28: before term, before exams, before winter."),
        render_kw={"rows": "3"},
    )
    meals = CheckboxField(lazy("At these meals"))
    times = StringField(
        lazy("Or between these times"),
        description=lazy("Like 06:20-07:00; several parted by commas. Nothing: once a day, at any time."),
    )
    since: Any = field(Day(name="since", label=lazy("From which day")))
    reason: Any = field(LIST_REASON)

    def offer(self) -> None:
        """What can be chosen now."""
        lists = [one for one in queries.checklists(queries.ROUND)]
        self.checklist.choices = choices([(one.id, one.current.name) for one in lists])
        places = dict(cases.places_asked())
        if (known := self.subject.data) and known not in places and cases.find_concern(known):
            places[known] = cases.subject_label(known)
        self.subject.choices = choices(places.items())
        self.who.choices = choices(_whose())
        self.meals.choices = choices([(one.code, one.name) for one in school.meals()])

    def given(self) -> dict[str, Any]:
        """What was chosen, as the service takes it."""
        typed = [one for one in (self.times.data or "").replace("，", ",").split(",") if one.strip()]
        return {
            "name": self.name.data,
            "checklist": self.checklist.data,
            "subject": self.subject.data,
            "who": self.who.data,
            "rhythm": self.rhythm.data,
            "weekdays": self.weekdays.data or [],
            "days": (self.days.data or "").splitlines(),
            "slots": [*(self.meals.data or []), *typed],
        }


def _whose() -> Iterator[tuple[str, Any]]:
    today = school.today()
    yield from ((f"post:{one.id}", lazy("Post: %(name)s", name=one.name)) for one in staff.posts(today))
    year = staff.year_in_force(today)
    teams = staff.teams(year) if year else []
    yield from ((f"team:{one.id}", lazy("Team: %(name)s", name=one.name)) for one in teams)
    yield from ((f"role:{code}", lazy("Role: %(name)s", name=label)) for code, label in ROLES.items())
    yield from ((f"person:{one.id}", one.name) for one in persons.people())
