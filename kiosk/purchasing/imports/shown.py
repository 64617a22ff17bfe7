"""A waiting import as it stands now: each line judged, beside its last price, and what has to be asked."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kiosk.catalogue.queries.units import convert
from kiosk.core.formats import fen_to_text, price_to_text
from kiosk.core.i18n import Text, lazy
from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen
from kiosk.purchasing import comparing, services
from kiosk.purchasing.checks import FIELDS, check_people
from kiosk.purchasing.comparing import Remembered
from kiosk.purchasing.imports import twice
from kiosk.purchasing.imports.twice import Same, There
from kiosk.purchasing.ledger import QUESTIONS, BadValue, LedgerLine, LedgerProblem, judge_texts, parse_day
from kiosk.purchasing.models import PurchaseImport
from kiosk.purchasing.queries import EarlierPrice as Past
from kiosk.purchasing.queries import key_of
from kiosk.purchasing.settings import JUMP_PERCENT
from kiosk.school import queries as school

STRANGERS = 3
"""From so many items on it is asked why none of them can be compared with its last purchase."""
COLUMN_QUESTIONS = ("columns-guessed", "columns-unsure")
CHOICES = ("new", "skip", "correct")
"""What becomes of a recognised sheet: a new one, none, or a correction of the one that is posted."""
MOSTLY = 0.5
"""From this share of lines on that are there already, a sheet is passed over unless somebody wants it."""


@dataclass
class ShownLine:
    """A line of a waiting import: its texts, and what is wrong with it by field (empty: it is ready)."""

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
    last: Past | None = None
    other: Remembered | None = None
    """The last purchase, where its price cannot be compared with this one."""
    jump: str = ""
    """Stands for the question whether this price is right; empty where there is nothing to ask."""
    is_sure: bool = False
    differs: bool = False
    """The paper's amount is not quantity times price."""

    @property
    def price(self) -> int:
        """The unit price in 0.0001 yuan."""
        return int(self.line.unit_price * 10_000) if self.line else 0

    @property
    def change(self) -> float | None:
        """The change against the last price."""
        return self.price / self.last.price - 1 if self.last and self.last.price else None


@dataclass
class ShownSheet:
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
    lines: list[ShownLine]
    choice: str = "new"
    existing: There | None = None
    because: Text = ""
    """Why it is asked what shall become of it."""
    is_old: bool = False
    """From before the school's first day here, or of the archive: the paper may name fewer people."""
    differ: str = ""
    """Stands for the question whether the amounts that differ from the paper's are right."""
    is_sure: bool = False
    strangers: str = ""
    """Stands for the question why nearly all known items come in a unit or specification never bought."""
    strangers_are_right: bool = False
    errors: dict[str, Text] = field(default_factory=dict)

    @property
    def ready(self) -> list[LedgerLine]:
        """The lines that can be brought in."""
        return [one.line for one in self.lines if one.line is not None and not one.out]

    @property
    def left(self) -> int:
        """Lines that cannot be brought in yet."""
        return sum(1 for one in self.lines if one.line is None and not one.out)

    @property
    def asked(self) -> int:
        """Questions that nobody answered yet."""
        jumps = sum(1 for one in self.lines if one.jump and not one.is_sure)
        differ = 1 if self.differ and not self.is_sure else 0
        return jumps + differ + (1 if self.strangers and not self.strangers_are_right else 0)

    @property
    def total(self) -> int:
        """The sum of its ready lines in fen."""
        return int(sum(line.amount for line in self.ready) * 100)

    @property
    def names(self) -> dict[str, str]:
        """Its people; a correction keeps those of the sheet it corrects where it names nobody."""
        if self.choice != "correct" or self.existing is None:
            return self.people
        return {role: name or getattr(self.existing.version, role) for role, name in self.people.items()}

    def people_errors(self) -> dict[str, Text]:
        """What is wrong with its people when it is to be posted."""
        return check_people(self.names, required=not self.is_old)


@dataclass(frozen=True)
class ShownColumn:
    """A column of the table, the field it was read as ("" for none), and how its first cells begin."""

    letter: str
    name: str
    field: str
    samples: list[str]


@dataclass
class Shown:
    """A waiting import as it stands now."""

    table: str
    candidates: list[str]
    sheets: list[ShownSheet]
    refusals: list[str]
    warnings: list[str]
    hidden_tables: list[str] = field(default_factory=list)
    other_tables: list[str] = field(default_factory=list)
    may_read_as_purchases: bool = False
    columns: list[ShownColumn] = field(default_factory=list)
    columns_asked: bool = False
    """The columns were guessed, and nobody has said yet that they are right."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Questions about the whole file that nobody answered yet: code, and what is asked."""
    before: PurchaseImport | None = None
    """The same file was brought in before."""
    is_archive: bool = False
    """Somebody named it as old paper sheets."""

    @property
    def ready(self) -> int:
        """Lines that can be brought in."""
        return sum(len(sheet.ready) for sheet in self.chosen)

    @property
    def passed_over(self) -> int:
        """Lines of sheets that are passed over."""
        return sum(len(sheet.ready) for sheet in self.sheets if sheet.choice == "skip")

    @property
    def to_mend(self) -> int:
        """Lines that cannot yet."""
        return sum(sheet.left for sheet in self.chosen)

    @property
    def chosen(self) -> list[ShownSheet]:
        """The sheets that are not passed over."""
        return [sheet for sheet in self.sheets if sheet.choice != "skip"]

    @property
    def columns_first(self) -> bool:
        """Whether the columns stand above the lines: they were guessed, or some were not read."""
        return self.columns_asked or any(one.samples and not one.field for one in self.columns)

    @property
    def may_be_archive(self) -> bool:
        """Whether it holds sheets of past days that would be old ones if somebody said so."""
        today = school.today()
        return self.is_archive or any(one.day and one.day < today and not one.is_old for one in self.sheets)

    @property
    def first_to_mend(self) -> str:
        """Where the first line to mend stands on the page."""
        return self._first(lambda line: line.line is None and not line.out)

    @property
    def first_asked(self) -> str:
        """Where the first open question stands on the page."""
        return self._first(lambda line: bool(line.jump) and not line.is_sure)

    def _first(self, wanted: Callable[[ShownLine], bool]) -> str:
        for sheet in self.sheets:
            for line in sheet.lines:
                if wanted(line):
                    return f"l{sheet.place}-{line.place}"
        return "s0"


def shown(waiting: PurchaseImport) -> Shown:
    """A waiting import, judged as it stands now."""
    kept = waiting.preview
    problems = [LedgerProblem(**told) for told in kept.get("problems", [])]
    canteens = {one.code: one for one in counters.canteens()}
    sheets = [_sheet(n, one, waiting, canteens) for n, one in enumerate(kept.get("sheets", []))]
    before = twice.brought_before(waiting)
    _look_for_the_same(sheets, kept.get("sheets", []), before)
    _beside_the_past(sheets)
    for sheet, stored in zip(sheets, kept.get("sheets", []), strict=True):
        _ask(sheet, stored)
    at_lines = _place_remarks(sheets, problems)
    at_top = [one for one in problems if one not in at_lines and one.code not in QUESTIONS]
    answered = kept.get("answered", [])
    asked = [one for one in problems if one.code in QUESTIONS and one.code not in answered]
    return Shown(
        hidden_tables=kept.get("hidden_tables", []),
        other_tables=kept.get("other_tables", []),
        may_read_as_purchases=kept.get("may_read_as_purchases", False),
        columns=[ShownColumn(*one) for one in kept.get("columns", [])],
        columns_asked=any(one.code in COLUMN_QUESTIONS for one in asked),
        asked=[(one.code, one.message) for one in asked if one.code not in COLUMN_QUESTIONS],
        table=kept.get("table", ""),
        candidates=kept.get("candidates", []),
        sheets=sheets,
        refusals=[one.message for one in at_top if one.severity == "error"],
        warnings=[one.placed for one in at_top if one.severity != "error"],
        before=before,
        is_archive=bool(kept.get("archive")),
    )


def _sheet(
    place: int, kept: Mapping[str, Any], waiting: PurchaseImport, canteens: Mapping[str, Canteen]
) -> ShownSheet:
    day, errors = None, dict[str, Text]()
    lines = [_line(number, line, has_day=bool(kept["day"])) for number, line in enumerate(kept["lines"])]
    said_of_day = [line.errors["day"] for line in lines if "day" in line.errors]
    try:
        day = parse_day(kept["day"]) if kept["day"] else None
    except BadValue as error:
        errors["day"] = str(error)
    if day is None and "day" not in errors:
        errors["day"] = said_of_day[0] if said_of_day else lazy("On which day was this bought?")
    if day is not None and day > school.today():
        errors["day"] = lazy("This day is still to come.")
    canteen = canteens.get(kept.get("canteen", waiting.canteen.code))
    said = kept.get("said", "")
    if canteen is None:
        errors["canteen"] = lazy("The form says “%(said)s”. Which canteen is it?", said=said)
    errors.update(check_people(kept["people"], required=False))
    return ShownSheet(
        place=place,
        canteen=canteen,
        said=said,
        day_text=kept["day"],
        day=day,
        number=kept["number"],
        title=kept["title"],
        people=kept["people"],
        reason=kept["reason"],
        lines=lines,
        is_old=services.is_old(canteen or waiting.canteen, day, archive=bool(waiting.preview.get("archive"))),
        errors=errors,
    )


def _line(place: int, kept: Mapping[str, Any], *, has_day: bool) -> ShownLine:
    texts = kept["texts"]
    untouched = kept["bad"] and {name: texts.get(name, "") for name in FIELDS} == kept["first"]
    line, problems = judge_texts(texts, kept["row"])
    if untouched:
        first = [LedgerProblem(**told) for told in kept["problems"]]
        stand = [one for one in first if one.severity == "error" and not (has_day and one.field == "day")]
        line, problems = (None, first) if stand else (line, problems)
    wrong = [problem for problem in problems if problem.severity == "error"]
    touched = bool(kept.get("mended")) or (kept["bad"] and not untouched)
    return ShownLine(
        place,
        kept["row"],
        texts,
        line,
        to_mend=bool((kept["bad"] or kept.get("open") or line is None) and not kept.get("out")),
        errors={problem.field or "item": problem.message for problem in wrong},
        columns={problem.field or "item": problem.column for problem in wrong},
        notes=[one.message for one in problems if one.severity != "error"] if line and touched else [],
        touched=touched,
        adopted=frozenset(kept.get("adopted", ())),
        out=bool(kept.get("out")),
        differs=any(one.code == "amount-differs" for one in problems),
    )


def _place_remarks(sheets: Sequence[ShownSheet], problems: Sequence[LedgerProblem]) -> list[LedgerProblem]:
    """Put what is said about a line beside it; the problems that found their line."""
    rows: Counter[int] = Counter(line.row for sheet in sheets for line in sheet.lines)
    lines = {line.row: line for sheet in sheets for line in sheet.lines if rows[line.row] == 1}
    placed = []
    for one in problems:
        line = lines.get(one.row)
        if line is None or (one.severity != "error" and one.field in ("", "day")):
            if one.severity == "error" and rows[one.row]:
                placed.append(one)
            continue
        placed.append(one)
        if one.severity != "error" and line.line is not None and not line.touched:
            line.notes.append(one.message)
    return placed


def _look_for_the_same(
    sheets: Sequence[ShownSheet], kept: Sequence[Mapping[str, Any]], before: PurchaseImport | None
) -> None:
    """Say what is there already, and pass over by itself what would count twice."""
    found = twice.there({sheet.day for sheet in sheets if sheet.day})
    above: dict[tuple[int, date], Counter[Same]] = {}
    corrected: set[int] = set()
    for sheet, stored in zip(sheets, kept, strict=True):
        if sheet.day is None or sheet.canteen is None:
            sheet.choice = stored["choice"] or ("skip" if before else "new")
            continue
        key = sheet.canteen.id, sheet.day
        mine = twice.same_of(sheet.ready)
        default = _standing(sheet, mine, found.get(key, []), above.get(key, Counter()))
        if before and not sheet.because:
            sheet.because, default = lazy("This file was imported before."), "skip"
        sheet.choice = stored["choice"] or default
        if sheet.choice == "correct":
            _correct(sheet, corrected)
        if sheet.choice != "skip":
            above[key] = above.get(key, Counter()) + mine
        if sheet.choice == "skip":
            sheet.errors.clear()


def _correct(sheet: ShownSheet, corrected: set[int]) -> None:
    """A correction needs a posted sheet that no other one corrects, and a reason."""
    if sheet.existing is None or not sheet.existing.is_posted:
        sheet.choice = "skip"
        return
    if sheet.existing.sheet.id in corrected:
        sheet.errors["choice"] = lazy("Another part of this file already corrects that sheet.")
    corrected.add(sheet.existing.sheet.id)
    if not sheet.reason.strip():
        sheet.errors["reason"] = services.WHY


def _standing(sheet: ShownSheet, mine: Counter[Same], there: Sequence[There], above: Counter[Same]) -> str:
    """Find what the sheet may repeat, say it, and give what is done by default."""
    overlap = [(mine & one.lines).total() for one in there]
    if there:
        sheet.existing = there[overlap.index(max(overlap))]
        if not max(overlap) and sheet.number:
            same_paper = [one for one in there if one.sheet.number == sheet.number]
            sheet.existing = same_paper[0] if same_paper else sheet.existing
    if (said := _same_paper(sheet)) is not None:
        sheet.because = said
        return "skip"
    repeated = (mine & sum((one.lines for one in there), Counter[Same]())).total()
    if mine and repeated >= mine.total() * MOSTLY:
        sheet.because = _repeats(sheet, repeated)
        return "skip"
    if mine and (mine & above).total() == mine.total():
        sheet.because = lazy("The same lines stand in this file twice.")
        return "skip"
    return _another_of_the_day(sheet, there)


def _repeats(sheet: ShownSheet, repeated: int) -> Text:
    assert sheet.existing
    params = {"n": repeated, "total": fen_to_text(sheet.existing.version.total)}
    if sheet.existing.is_posted:
        return lazy("%(n)s of these lines are already posted for this day (%(total)s yuan).", **params)
    return lazy("%(n)s of these lines are already in a draft for this day (%(total)s yuan).", **params)


def _same_paper(sheet: ShownSheet) -> Text | None:
    """What is said of a paper form with the number of one that is there."""
    if sheet.existing is None or not sheet.number or sheet.existing.sheet.number != sheet.number:
        return None
    total = fen_to_text(sheet.existing.version.total)
    if sheet.existing.is_posted:
        return lazy("This paper sheet is already posted (%(total)s yuan).", total=total)
    return lazy("There is already a draft of this paper sheet (%(total)s yuan).", total=total)


def _another_of_the_day(sheet: ShownSheet, there: Sequence[There]) -> str:
    """Whatever else is there for the day is said, and hinders nothing but "nothing was bought"."""
    if not there or sheet.existing is None:
        return "new"
    total = fen_to_text(sheet.existing.version.total)
    is_posted = sheet.existing.is_posted
    if is_posted and sheet.existing.version.nothing_bought:
        sheet.because = lazy("It is posted that nothing was bought on this day.")
        return "correct"
    if is_posted:
        sheet.because = lazy("There is already a posting for this day (%(total)s yuan).", total=total)
    elif sheet.existing.lines:
        sheet.because = lazy("There is already a draft for this day (%(total)s yuan).", total=total)
    return "new"


def _beside_the_past(sheets: Sequence[ShownSheet]) -> None:
    """Put the last price beside each line: of what is posted, or of an earlier day in the same file."""
    days = sorted({sheet.day for sheet in sheets if sheet.day})
    if not days:
        return
    usual = comparing.remembered_by_name(days[-1])
    earlier: dict[tuple[str, str, str], Remembered] = {}
    for day in days:
        of_day = [sheet for sheet in sheets if sheet.day == day]
        lines = [line for sheet in of_day for line in sheet.lines if line.line is not None]
        typed = [(n, *_thing(line)) for n, line in enumerate(lines)]
        posted = comparing.last_prices(typed, day)
        for n, line in enumerate(lines):
            line.last = _newest(posted.get(n), earlier.get(_key(line)), line)
            if line.last is None:
                past = [one for one in usual.get(_thing(line)[0], []) if one.day < day]
                line.other = past[0] if past else None
        for line in lines:
            if line.line and line.price and not line.out:
                _item, specification, unit = _thing(line)
                earlier[_key(line)] = Remembered(specification, unit, line.price, day, line.line.supplier)


def _thing(line: ShownLine) -> tuple[str, str, str]:
    assert line.line
    return line.line.item, line.line.specification, line.line.unit


def _key(line: ShownLine) -> tuple[str, str, str]:
    item, specification, unit = _thing(line)
    return item, *key_of(0, specification, unit)[1:]


def _newest(posted: Past | None, in_file: Remembered | None, line: ShownLine) -> Past | None:
    if in_file is None or (posted is not None and posted.day >= in_file.day):
        return posted
    price = convert(in_file.price, in_file.unit, _thing(line)[2])
    return Past(in_file.day, price) if price else posted


def _ask(sheet: ShownSheet, kept: Mapping[str, Any]) -> None:
    """What is asked before posting: a jump once a line, differing amounts once a sheet; of old nothing."""
    if sheet.is_old or sheet.choice == "skip":
        return
    most = school.settings()[JUMP_PERCENT]
    for line, stored in zip(sheet.lines, kept["lines"], strict=True):
        if line.line is None or line.out or line.last is None or not line.price:
            continue
        if abs(line.price - line.last.price) * 100 > line.last.price * most:
            line.jump = f"{price_to_text(line.price)}|{price_to_text(line.last.price)}"
            line.is_sure = stored.get("sure") == line.jump
    _ask_about_strangers(sheet, kept)
    differing = [line for line in sheet.lines if line.differs and line.line is not None and not line.out]
    if differing:
        sheet.differ = "|".join(f"{one.row}:{one.texts.get('amount', '')}:{one.price}" for one in differing)
        sheet.is_sure = kept.get("sure") == sheet.differ


def _ask_about_strangers(sheet: ShownSheet, kept: Mapping[str, Any]) -> None:
    """Where nearly all known items cannot be compared, the columns may be mistaken: that is asked."""
    ready = [line for line in sheet.lines if line.line is not None and not line.out and line.price]
    strange = [line.texts["item"] for line in ready if line.other]
    known = len(strange) + sum(1 for line in ready if line.last)
    if len(strange) >= STRANGERS and len(strange) * 5 >= known * 4:
        sheet.strangers = "、".join(strange[:6])
        sheet.strangers_are_right = kept.get("strangers") == sheet.strangers


def questions(sheets: Iterable[ShownSheet]) -> int:
    """How many questions are open before these sheets can be posted."""
    return sum(sheet.asked for sheet in sheets)
