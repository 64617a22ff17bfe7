"""The card system's file of meals: a number for each meal and day, or a row for each card that was held up.

Nothing of it is left out in silence: a row that says no meal is told with its number. Three shapes are read:
a row per day and meal with its number, a row per day with the meals side by side, a row per transaction.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from kiosk.core import tabular
from kiosk.core.cells import is_blank, parse_day, parse_number, squeeze, text_of
from kiosk.core.errors import Problem
from kiosk.core.formats import BadValue
from kiosk.core.i18n import Text, lazy
from kiosk.core.table_rows import TOTAL
from kiosk.core.tables import Cell, Table, UnreadableFile
from kiosk.school import queries
from kiosk.school.models import SERVED, Meal
from kiosk.school.queries import Slot

HEADS: Mapping[str, tuple[str, ...]] = {
    "day": ("日期", "就餐日期", "消费日期", "用餐日期", "交易日期", "刷卡日期", "记账日期", "date", "day"),
    "moment": ("时间", "消费时间", "交易时间", "刷卡时间", "就餐时间", "用餐时间", "发生时间", "time"),
    "meal": ("餐次", "餐别", "餐类", "用餐时段", "时段", "消费时段", "餐段", "meal"),
    "place": (
        *(
            "食堂",
            "餐厅",
            "食堂名称",
            "终端",
            "终端名称",
            "终端号",
            "设备",
            "设备名称",
            "设备号",
            "窗口",
            "商户",
        ),
        *(
            "商户名称",
            "营业点",
            "消费地点",
            "消费网点",
            "pos机",
            "pos机号",
            "机号",
            "canteen",
            "terminal",
            "place",
        ),
    ),
    "number": (
        *(
            "人数",
            "份数",
            "就餐人数",
            "用餐人数",
            "用餐份数",
            "就餐份数",
            "次数",
            "人次",
            "就餐人次",
            "消费人次",
        ),
        *(
            "消费次数",
            "消费笔数",
            "交易笔数",
            "笔数",
            "刷卡次数",
            "数量",
            "供餐份数",
            "供餐人数",
            "number",
            "count",
            "meals",
        ),
    ),
    "serial": ("流水号", "交易流水号", "交易号", "订单号", "单号", "记录号", "流水", "serial", "id"),
    "sort": ("交易类型", "类型", "消费类型", "业务类型", "交易名称", "摘要", "type"),
}
"""What stands above a column, by what it holds."""
MEAL_WORDS: Mapping[str, tuple[str, ...]] = {
    "breakfast": ("早餐", "早饭", "早", "早膳", "breakfast"),
    "lunch": ("午餐", "中餐", "午饭", "中饭", "午", "中", "午膳", "lunch"),
    "dinner": ("晚餐", "晚饭", "晚", "晚膳", "dinner", "supper"),
    "supper": ("夜宵", "宵夜", "supper", "latesupper"),
}
"""What a meal of this code is called, besides the school's own name for it."""
IS_MEAL = re.compile("消费|刷卡|扣款|扣费|就餐|用餐|支付|consum|purchase|pay", re.IGNORECASE)
IS_NONE = re.compile("退|冲正|撤销|充值|补助|补贴|存款|圈存|转账|refund|top", re.IGNORECASE)
MOST_TOLD = 50
HEAD_WITHIN = 15


@dataclass(frozen=True)
class Unread:
    """A row that is not counted, and why."""

    row: int
    why: Text


@dataclass
class Found:
    """What a file says: how many meals by day, place and meal, and what it does not say.

    `places` are the names of canteens or terminals as the file has them, "" where it names none. `rows` are
    those with data, `left_out` those that are no meal by their kind, `twice` those of a number that came up
    before.
    """

    shape: str = "numbers"
    rows: int = 0
    numbers: Counter[tuple[date, str, str]] = field(default_factory=Counter)
    unread: list[Unread] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    twice: int = 0

    @property
    def places(self) -> list[str]:
        """The names of places, in the file's order."""
        return list(dict.fromkeys(place for _day, place, _meal in self.numbers))

    @property
    def is_transactions(self) -> bool:
        """Whether each row was a card held up."""
        return self.shape == "transactions"


class NothingFound(Problem):
    """A sheet without a day or without anything to count."""

    code = "no-meals"
    status = 422
    message = lazy(
        "No meals were found. The file needs a column with the day, and one with the meal and its number, "
        "or a row for each card with its time."
    )


def read(data: bytes, name: str) -> Found:
    """The first sheet with meals. Raises UnreadableFile, NothingFound."""
    timetable = queries.meals()
    for table in tabular.read(data, name):
        if table.hidden:
            continue
        head = _head(table, timetable)
        if head is None:
            continue
        if table.truncated:
            raise UnreadableFile(
                lazy(
                    "This sheet has more rows than can be read at once (5,000). "
                    "Please bring it in parts by day."
                )
            )
        found = _rows(table, *head, timetable)
        if found.rows:
            return found
    raise NothingFound


def _head(table: Table, timetable: Sequence[Meal]) -> tuple[int, dict[str, int], dict[int, str]] | None:
    """The row of heads, the columns by what they hold, and the columns that are a meal each."""
    for number, row in enumerate(table.rows[:HEAD_WITHIN]):
        texts = [_plain(cell) for cell in row]
        columns: dict[str, int] = {}
        for what, words in HEADS.items():
            place = next((at for word in words for at, text in enumerate(texts) if text == word), None)
            if place is not None:
                columns[what] = place
        across = {at: code for at, text in enumerate(texts) if (code := meal_code(text, timetable))}
        dated = "day" in columns or "moment" in columns
        if dated and ("number" in columns or across or "moment" in columns):
            return number, columns, across if "number" not in columns and "meal" not in columns else {}
    return None


def _plain(cell: Cell) -> str:
    return re.sub(r"[(（].*", "", squeeze(text_of(cell)).lower())


def meal_code(text: str, timetable: Iterable[Meal]) -> str | None:
    """The meal that a text names: by the school's own words, else by usual ones."""
    word = _plain(text)
    if not word:
        return None
    for meal in timetable:
        own = (meal.code, _plain(meal.name), _plain(meal.name_en))
        if word in own or word in MEAL_WORDS.get(meal.code, ()):
            return meal.code
    return None


def _rows(
    table: Table, head: int, columns: dict[str, int], across: dict[int, str], timetable: Sequence[Meal]
) -> Found:
    shape = "across" if across else "numbers" if "number" in columns else "transactions"
    reader = _Reader(table, columns, across, timetable, Found(shape))
    for at, row in enumerate(table.rows[head + 1 :], head + 2):
        if any(not is_blank(cell) for cell in row):
            reader.take(at, row)
    return reader.found


class _Reader:
    """Reads row by row; a day or place that stands once above several rows holds for them."""

    def __init__(
        self,
        table: Table,
        columns: dict[str, int],
        across: dict[int, str],
        timetable: Sequence[Meal],
        found: Found,
    ) -> None:
        self.table, self.columns, self.across = table, columns, across
        self.timetable, self.found = timetable, found
        self.day: date | None = None
        self.place = ""
        self.serials: set[str] = set()

    def take(self, at: int, row: list[Cell]) -> None:
        """One row with something in it."""
        first = next((text_of(cell) for cell in row if not is_blank(cell)), "")
        if TOTAL.match(squeeze(first)) or any(TOTAL.match(squeeze(text_of(cell))) for cell in row[:2]):
            self.found.left_out[str(lazy("sums"))] += 1
            return
        self.found.rows += 1
        try:
            self._count(at, row)
        except BadValue as problem:
            self.found.unread.append(Unread(at, str(problem)))

    def _count(self, at: int, row: list[Cell]) -> None:
        day, moment = self._when(row)
        if not is_blank(cell := self._cell(row, "place")):
            self.place = text_of(cell)[:40]
        if self.found.is_transactions:
            self._card(row, day, moment)
            return
        pairs = (
            [(code, self._at(row, column)) for column, code in self.across.items()]
            if self.across
            else [(self._meal(row, moment), self._cell(row, "number"))]
        )
        numbers = [(meal, _number(cell)) for meal, cell in pairs if not is_blank(cell)]
        if not numbers:
            raise BadValue(lazy("There is no number."))
        for meal, number in numbers:
            self.found.numbers[day, self.place, meal] += number

    def _card(self, row: list[Cell], day: date, moment: time | None) -> None:
        sort = text_of(self._cell(row, "sort"))
        if sort and (IS_NONE.search(sort) or not IS_MEAL.search(sort)):
            self.found.left_out[sort[:20]] += 1
            return
        serial = text_of(self._cell(row, "serial"))
        if serial and serial in self.serials:
            self.found.twice += 1
            return
        meal = self._meal(row, moment)
        self.serials.add(serial)
        self.found.numbers[day, self.place, meal] += 1

    def _cell(self, row: list[Cell], what: str) -> Cell:
        return self._at(row, self.columns[what]) if what in self.columns else None

    def _at(self, row: list[Cell], column: int) -> Cell:
        return row[column] if column < len(row) else None

    def _when(self, row: list[Cell]) -> tuple[date, time | None]:
        cell, moment = self._cell(row, "day"), self._cell(row, "moment")
        if is_blank(cell):
            cell = moment if "day" not in self.columns else None
        if cell is not None:
            self.day = parse_day(cell, queries.today().year, self.table.first_day)
        if self.day is None:
            raise BadValue(lazy("There is no day."))
        if self.day > queries.today():
            raise BadValue(lazy("This day is still to come."))
        return self.day, _time(moment) or _time(self._cell(row, "day"))

    def _meal(self, row: list[Cell], moment: time | None) -> str:
        cell = self._cell(row, "meal")
        if not is_blank(cell):
            if code := meal_code(text_of(cell), self.timetable):
                return code
            raise BadValue(
                lazy("“%(text)s” is not a meal of the school's timetable."), text=text_of(cell)[:20]
            )
        if moment is None:
            raise BadValue(lazy("There is neither a meal nor a time."))
        for meal in self.timetable:
            if meal.starts <= moment < meal.ends:
                return meal.code
        raise BadValue(lazy("%(time)s is outside of every meal."), time=f"{moment:%H:%M}")


def _number(cell: Cell) -> int:
    value = parse_number(cell, places=0, maximum=Decimal(SERVED.most))
    if value.rounded_from:
        raise BadValue(lazy("“%(text)s” is not a whole number."), text=value.rounded_from[:20])
    return int(value.value)


def _time(cell: Cell) -> time | None:
    """The time of day in a cell, if it has one: of a moment, as text, or as a part of a day."""
    if isinstance(cell, datetime):
        return cell.time() if cell.time() != time() else None
    if isinstance(cell, float | Decimal) and 0 < cell % 1 < 1:
        seconds = round(float(cell % 1) * 86400) % 86400
        return time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    match = re.search(r"(?<!\d)([01]?\d|2[0-3])[:：]([0-5]\d)", text_of(cell))
    return time(int(match[1]), int(match[2])) if match else None


@dataclass(frozen=True)
class Brought:
    """A number that a file brings: what was entered before, None for nothing."""

    slot: Slot
    number: int
    before: int | None


@dataclass(frozen=True)
class Preview:
    """What a file would bring: numbers that are new, that change what is entered, and that are there already.

    `unplaced` are the file's places of which nobody has said yet in which canteen they are.
    """

    found: Found
    new: list[Brought]
    changed: list[Brought]
    same: int
    unplaced: list[str]


def preview(found: Found, places: Mapping[str, str]) -> Preview:
    """What it would bring with the places where they stand: by name a canteen's code, "" for none."""
    totals: Counter[Slot] = Counter()
    for (day, place, meal), number in found.numbers.items():
        if code := places.get(place):
            totals[Slot(day, code, meal)] += number
    days = [slot.day for slot in totals]
    there = queries.served(min(days), max(days)) if days else {}
    brought = [Brought(slot, number, there.get(slot)) for slot, number in sorted(totals.items())]
    return Preview(
        found=found,
        new=[one for one in brought if one.before is None],
        changed=[one for one in brought if one.before not in (None, one.number)],
        same=sum(one.before == one.number for one in brought),
        unplaced=[place for place in found.places if place not in places],
    )


def known_places(found: Found, canteen: str | None = None) -> dict[str, str]:
    """Where the file's places are, as far as it is known: canteens by name or code, terminals as said before.

    `canteen` is where rows belong that name no place; a school with one canteen has no other.
    """
    everything = queries.canteens()
    only = everything[0].code if len(everything) == 1 else canteen
    by_word = {squeeze(word): one.code for one in everything for word in (one.code, one.label)}
    places = queries.terminals(found.places)
    for place in found.places:
        code = by_word.get(squeeze(place)) if place else only
        if code is not None:
            places.setdefault(place, code)
    return places
