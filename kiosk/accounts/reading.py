"""Vouchers in a file as schools keep them: which column is which, what each row says, and what is wrong.

Names of payees and bank accounts are not read: they have no place in what everybody reads.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from kiosk.accounts import queries, services
from kiosk.accounts.models import INCOME, OTHER, SPENDING, PeriodAccount
from kiosk.accounts.services import Slip
from kiosk.core.cells import is_blank, is_nothing, parse_day, parse_number, squeeze, text_of
from kiosk.core.errors import Invalid
from kiosk.core.formats import MOST_MONEY
from kiosk.core.i18n import Text, lazy, listed
from kiosk.core.table_grid import Grid
from kiosk.core.table_rows import TOTAL
from kiosk.core.tables import Cell, Table

HEADS: dict[str, tuple[str, ...]] = {
    "number": ("凭证号", "凭证编号", "凭证字号", "凭证", "编号", "序号", "voucher", "number"),
    "day": ("日期", "凭证日期", "记账日期", "业务日期", "date"),
    "purpose": ("摘要", "用途", "事项", "内容", "说明", "purpose", "summary"),
    "income": ("收入", "收入金额", "贷方", "贷方金额", "收", "income"),
    "spending": ("支出", "支出金额", "借方", "借方金额", "支", "付出", "spending", "expense"),
    "amount": ("金额", "发生额", "amount"),
    "side": ("收支", "收支类别", "收/支", "方向", "类型", "side"),
    "payee": ("收款方类别", "对方类别", "往来类别", "单位类别", "payee", "payeekind"),
}
PRIVATE = (
    "收款方",
    "收款人",
    "收款单位",
    "对方单位",
    "对方户名",
    "领款人",
    "银行账号",
    "账号",
    "卡号",
    "开户行",
    "payeename",
    "bank",
)
"""Heads of what is left out on purpose."""
WORDS = {
    "supplier": ("供货", "供应", "企业", "公司", "商", "supplier"),
    "authority": ("机关", "财政", "税", "公用", "水", "电", "燃气", "authority"),
    "school": ("学校", "校内", "school"),
    "staff": ("教职工", "职工", "教师", "工资", "staff"),
    "pupil": ("学生", "家长", "pupil"),
}
"""By which words in its column a payee's kind is known."""
MOST_HEAD_ROWS = 12


@dataclass
class Reading:
    """What a file holds for an account: vouchers with their rows, what is wrong, what was left out."""

    table: str = ""
    slips: list[Slip] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    problems: list[tuple[int, Text]] = field(default_factory=list)
    others: list[tuple[int, str]] = field(default_factory=list)
    """Rows without a voucher: sums, notes."""
    notes: list[Text] = field(default_factory=list)

    @property
    def sums(self) -> dict[str, int]:
        """What the vouchers come to, in fen."""
        found = {INCOME: 0, SPENDING: 0}
        for one in self.slips:
            found[one.side] += one.amount
        return found


def read(account: PeriodAccount, tables: Sequence[Table]) -> Reading:
    """The vouchers of the best table of a file. Invalid where no row names the columns."""
    seen = [(table, found) for table in tables if not table.hidden if (found := _heads(Grid(table)))]
    if not seen:
        message = lazy(
            "No row of this file names the columns. Needed are number, day, purpose and an amount."
        )
        raise Invalid(message, field="file")
    table, (head, places) = max(seen, key=lambda one: len(one[0].rows))
    grid, made = Grid(table), Reading(table.name)
    _say(made, tables, table, grid, head, places)
    keys: dict[str, int] = {}
    for row in range(head + 1, grid.height):
        if any(grid.texts(row)):
            _take(account, made, grid, row, places, keys)
    _clash(account, made)
    return made


def _heads(grid: Grid) -> tuple[int, dict[str, int]] | None:
    for row in range(min(grid.height, MOST_HEAD_ROWS)):
        places: dict[str, int] = {}
        for column in range(grid.width):
            word = re.sub(r"[(（].*", "", squeeze(text_of(grid.visible(row, column))).lower())
            name = next((one for one, known in HEADS.items() if word in known), None)
            if name:
                places.setdefault(name, column)
        if {"number", "day", "purpose"} <= places.keys() and places.keys() & {"income", "spending", "amount"}:
            return row, places
    return None


def _say(
    made: Reading, tables: Sequence[Table], table: Table, grid: Grid, head: int, places: dict[str, int]
) -> None:
    """What was not read, and that names are left out on purpose."""
    words = {column: text_of(grid.visible(head, column)) for column in range(grid.width)}
    left = [word for column, word in words.items() if word and column not in places.values()]
    private = [word for word in left if squeeze(word).lower().startswith(PRIVATE)]
    if private:
        text = lazy("Left out on purpose, since everybody reads it: %(columns)s.", columns=listed(private))
        made.notes.append(text)
    if others := [word for word in left if word not in private]:
        made.notes.append(lazy("Columns that were not read: %(columns)s.", columns=listed(others)))
    if unread := [one.name for one in tables if one is not table and any(map(any, one.rows))]:
        made.notes.append(lazy("Other sheets of the file were not read: %(tables)s.", tables=listed(unread)))
    if table.truncated:
        made.notes.append(lazy("The sheet is longer or wider than can be read; the rest was left out."))
        made.problems.append((head + 1, made.notes[-1]))


def _take(
    account: PeriodAccount,
    made: Reading,
    grid: Grid,
    row: int,
    places: dict[str, int],
    keys: dict[str, int],
) -> None:
    texts = [squeeze(text) for text in grid.texts(row) if text]
    cells = {name: grid.down(row, column) for name, column in places.items()}
    if any(TOTAL.search(text) for text in texts[:2]) or (
        is_blank(cells["number"]) and is_blank(cells["day"])
    ):
        made.others.append((row + 1, grid.line(row).strip()[:80]))
        return
    try:
        slip = services.read(account, _slip(cells, account, grid.table.first_day))
    except Invalid as problem:
        made.problems.append((row + 1, str(problem)))
        return
    key = queries.key_of(slip.number)
    if key in keys:
        text = lazy("Voucher %(number)s stands in row %(row)s already.", number=slip.number, row=keys[key])
        made.problems.append((row + 1, text))
        return
    keys[key] = row + 1
    made.slips.append(slip)
    made.rows.append(row + 1)


def _slip(cells: dict[str, Cell], account: PeriodAccount, first_day: date) -> Slip:
    side, amount = _money(cells)
    return Slip(
        number=text_of(cells["number"]),
        day=parse_day(cells["day"], account.starts.year, first_day),
        side=side,
        purpose=text_of(cells["purpose"]),
        amount=amount,
        payee=_payee(text_of(cells.get("payee"))),
    )


def _money(cells: dict[str, Cell]) -> tuple[str, int]:
    """On which side, and how much in fen. Invalid for both sides at once, or neither."""
    given = [name for name in (INCOME, SPENDING) if not is_nothing(cells.get(name))]
    if len(given) == 2 or (not given and is_nothing(cells.get("amount"))):
        raise Invalid(lazy("Please write either an income or a spending."))
    name = given[0] if given else "amount"
    value = parse_number(cells[name], places=2, maximum=MOST_MONEY).value
    if given:
        return name, int(value.scaleb(2))
    word = squeeze(text_of(cells.get("side")))
    if word and word[0] in "收贷":
        return INCOME, int(value.scaleb(2))
    if word and word[0] in "支付借":
        return SPENDING, int(value.scaleb(2))
    raise Invalid(lazy("Is it an income or a spending? Please write 收 or 支 beside the amount."))


def _payee(text: str) -> str:
    word = squeeze(text).lower()
    return next((kind for kind, words in WORDS.items() if any(one in word for one in words)), OTHER)


def _clash(account: PeriodAccount, made: Reading) -> None:
    """Numbers that stand in the book already, each with where."""
    there = queries.numbered(account.book_id, [queries.key_of(one.number) for one in made.slips])
    for row, slip in zip(made.rows, made.slips, strict=True):
        if one := there.get(queries.key_of(slip.number)):
            made.problems.append((row, str(services.taken(one))))
    made.problems.sort(key=lambda one: one[0])
