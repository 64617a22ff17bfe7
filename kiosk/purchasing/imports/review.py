"""An import as it is put before a person: its sheets and lines, what is wrong with them and what is asked."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from kiosk.core.i18n import Text
from kiosk.counters.models import Canteen
from kiosk.purchasing.comparing import Remembered
from kiosk.purchasing.imports.repeats import PriorSheet
from kiosk.purchasing.ledger import Column, LedgerLine
from kiosk.purchasing.models import PurchaseImport
from kiosk.purchasing.people import people_of, people_problems
from kiosk.purchasing.queries import EarlierPrice
from kiosk.school import queries as school

CHOICES = ("new", "skip", "correct", "rest")
"""What becomes of a recognised sheet: a new one, none, a correction of the posted one, or a new one of the
lines that are not there yet."""


@dataclass(frozen=True)
class ReviewLine:
    """A line of an import: its texts, and what is wrong with it by field (empty: it is ready)."""

    place: int
    row: int
    texts: dict[str, str]
    line: LedgerLine | None
    to_mend: bool
    """Whether its fields stand open: it was read badly, or somebody opened it."""
    errors: dict[str, str] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    adopted: frozenset[str] = frozenset()
    """The fields that the file does not have and the item's last purchase gave."""
    touched: bool = False
    """Somebody changed it, so what was said when it was read is over."""
    out: bool = False
    """Somebody left it out on purpose."""
    is_there: bool = False
    """The same was posted or drafted before, or stands above in the file."""
    is_passed: bool = False
    """It is there, and only what is not shall be brought in."""
    last: EarlierPrice | None = None
    other: Remembered | None = None
    """The last purchase, where its price cannot be compared with this one."""
    jump: str = ""
    """Stands for the question whether this price is right; empty where there is nothing to ask."""
    jump_is_right: bool = False
    differs: bool = False
    """The paper's amount is not quantity times price."""

    @property
    def is_ready(self) -> bool:
        """Whether it can be brought in."""
        return self.line is not None and not self.out

    @property
    def is_brought(self) -> bool:
        """Whether it can be brought in, and shall be."""
        return self.is_ready and not self.is_passed

    @property
    def is_bad(self) -> bool:
        """Whether it cannot be brought in yet, and nobody left it out."""
        return self.line is None and not self.out

    @property
    def is_asked(self) -> bool:
        """Whether nobody has said yet that its price is right."""
        return bool(self.jump) and not self.jump_is_right

    @property
    def price(self) -> int:
        """The unit price in 0.0001 yuan."""
        return int(self.line.unit_price * 10_000) if self.line else 0

    @property
    def change(self) -> float | None:
        """The change against the last price."""
        return self.price / self.last.price - 1 if self.last and self.last.price else None


@dataclass(frozen=True)
class Question:
    """What is asked about a sheet before it is posted; `key` stands for exactly this doubt."""

    name: str
    key: str
    doubt: Text
    statement: Text
    """What whoever answers says to be true."""
    is_answered: bool = False


@dataclass(frozen=True)
class ReviewSheet:
    """A recognised sheet as it stands now, `existing` the one of the same paper or day."""

    place: int
    canteen: Canteen | None
    said: str
    """The canteen's name as the file has it."""
    day_text: str
    day: date | None
    number: str
    title: str
    people: dict[str, str]
    reason: str
    lines: list[ReviewLine]
    choice: str = "new"
    existing: PriorSheet | None = None
    because: Text = ""
    """Why it is asked what shall become of it."""
    is_old: bool = False
    """From before the school's first day here, or of the archive: the paper may name fewer people."""
    questions: list[Question] = field(default_factory=list)
    errors: dict[str, Text] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its day and number, as the file has them."""
        return " ".join(part for part in (self.day_text, self.number) if part)

    @property
    def ready(self) -> list[LedgerLine]:
        """The lines that are brought in."""
        return [line.line for line in self.lines if line.line is not None and line.is_brought]

    @property
    def rest(self) -> list[ReviewLine]:
        """Of a sheet that is there in part, the good lines that are not."""
        lines = [line for line in self.lines if line.is_ready and not line.is_there]
        return lines if self.existing else []

    @property
    def left(self) -> int:
        """Lines that cannot be brought in yet."""
        return sum(line.is_bad for line in self.lines)

    @property
    def open_questions(self) -> list[Question]:
        """What is asked about the sheet and nobody answered yet."""
        return [question for question in self.questions if not question.is_answered]

    @property
    def asked(self) -> int:
        """How many questions nobody answered yet, about its lines and about itself."""
        return sum(line.is_asked for line in self.lines) + len(self.open_questions)

    @property
    def total(self) -> int:
        """The sum of its ready lines in fen."""
        return int(sum(line.amount for line in self.ready) * 100)

    @property
    def names(self) -> dict[str, str]:
        """Its people; a correction keeps those of the sheet it corrects where it names nobody."""
        if self.choice != "correct" or self.existing is None:
            return self.people
        if self.existing.version_id is None:
            return self.people
        before = people_of(self.existing.version_id)
        return {role: name or before[role] for role, name in self.people.items()}

    def people_errors(self) -> dict[str, Text]:
        """What is wrong with its people when it is to be posted."""
        return people_problems(self.names, required=not self.is_old)


@dataclass(frozen=True)
class Review:
    """An import as it stands now."""

    table: str
    candidates: list[str]
    sheets: list[ReviewSheet]
    refusals: list[str]
    warnings: list[str]
    hidden_tables: list[str] = field(default_factory=list)
    other_tables: list[str] = field(default_factory=list)
    may_read_as_purchases: bool = False
    columns: list[Column] = field(default_factory=list)
    columns_asked: bool = False
    """The columns were guessed, and nobody has said yet that they are right."""
    questions: list[tuple[str, str]] = field(default_factory=list)
    """Questions about the whole file that nobody answered yet: code, and what is asked."""
    before: PurchaseImport | None = None
    """The same file was brought in before."""
    is_archive: bool = False
    """Somebody named it as old paper sheets."""

    @property
    def chosen(self) -> list[ReviewSheet]:
        """The sheets that are not passed over."""
        return [sheet for sheet in self.sheets if sheet.choice != "skip"]

    @property
    def skipped(self) -> list[ReviewSheet]:
        """The sheets that are."""
        return [sheet for sheet in self.sheets if sheet.choice == "skip"]

    @property
    def ready(self) -> int:
        """Lines that can be brought in."""
        return sum(len(sheet.ready) for sheet in self.chosen)

    @property
    def passed_over(self) -> int:
        """Lines that are passed over because they are there; all of a sheet where none can be told."""
        there = (sum(line.is_there for line in sheet.lines) or len(sheet.ready) for sheet in self.skipped)
        return sum(there)

    @property
    def to_mend(self) -> int:
        """Lines that cannot be brought in yet."""
        return sum(sheet.left for sheet in self.chosen)

    @property
    def asked(self) -> int:
        """Questions about sheets that are open before these can be posted."""
        return sum(sheet.asked for sheet in self.chosen)

    @property
    def columns_first(self) -> bool:
        """Whether the columns stand above the lines: they were guessed, or some were not read."""
        return self.columns_asked or any(column.is_unread for column in self.columns)

    @property
    def may_be_archive(self) -> bool:
        """Whether it holds sheets of past days that would be old ones if somebody said so."""
        today = school.today()
        return self.is_archive or any(
            sheet.day and sheet.day < today and not sheet.is_old for sheet in self.sheets
        )

    @property
    def first_to_mend(self) -> str:
        """Where the first line to mend stands on the page."""
        return self._first(lambda line: line.is_bad)

    @property
    def first_asked(self) -> str:
        """Where the first open question stands on the page."""
        return self._first(lambda line: line.is_asked)

    def _first(self, is_wanted: Callable[[ReviewLine], bool]) -> str:
        lines = ((sheet, line) for sheet in self.sheets for line in sheet.lines)
        places = (f"l{sheet.place}-{line.place}" for sheet, line in lines if is_wanted(line))
        return next(places, "s0")
