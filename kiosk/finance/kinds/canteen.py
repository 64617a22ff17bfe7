"""The kind `canteen-account` (食堂账目): a month of a canteen, income by source and cost by kind."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from kiosk.core.field import Line, Money, Quantity
from kiosk.core.formats import fen_to_text, milli_to_text, round_to
from kiosk.core.i18n import Text, lazy
from kiosk.core.room import Asked, Switch
from kiosk.finance import queries
from kiosk.finance.names import CANTEEN_ACCOUNT as SLUG
from kiosk.finance.permissions import APPROVE_ACCOUNTS, WRITE_ACCOUNTS
from kiosk.finance.settings import BALANCE_PERCENT
from kiosk.postings.models import Posting
from kiosk.postings.queries import Kind, Reading, each_month, period_words
from kiosk.school import queries as school

ONE_OF_TWO = lazy("Please write either an income or a cost.")
WHOLE_MEALS = lazy("Please enter how many meals were served, a whole number.")
DUE = 10
"""The day of the next month by which an account is due."""
SWITCH = Switch(
    SLUG,
    lazy("Canteen accounts"),
    (
        Asked(
            lazy("Canteen manager or accountant"),
            lazy("By the 10th of the next month write where the meal money came from and went."),
        ),
        Asked(
            lazy("Principal, head of logistics or school council"),
            lazy("Approve or return what another person wrote."),
        ),
    ),
)


def _completes(posting: Posting, reading: Reading) -> None:
    """Sums, what is left, and the balance beside that of the last posted account."""
    fields, rows = reading.fields, reading.rows
    for number, row in enumerate(rows):
        if (row.get("income") is None) == (row.get("cost") is None):
            reading.errors.setdefault((number, "cost"), ONE_OF_TWO)
    meals = fields.get("meals")
    if meals is not None and (meals == 0 or meals % 1000):
        reading.errors["meals"] = WHOLE_MEALS
    before = queries.account_before(posting)
    if before and "carried" in reading.errors:
        reading.errors["carried"] = lazy(
            "Please enter it. The account of %(period)s ended with %(balance)s.",
            period=period_words(before.period),
            balance=fen_to_text(before.balance),
        )
    if not reading.errors:
        fields |= _computed(fields, rows)
        fields["percent"] = school.settings()[BALANCE_PERCENT] * 1000
        fields["before"], fields["before_of"] = (before.balance, before.period) if before else (None, "")


def _computed(fields: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> dict[str, int | None]:
    income, cost = (sum(row[name] or 0 for row in rows) for name in ("income", "cost"))
    left, meals = income - (fields["refunds"] or 0) - cost, fields["meals"]
    return {
        "total_income": income,
        "total_cost": cost,
        "left": left,
        "balance": fields["carried"] + left,
        "meal_cost": (2 * cost * 1000 + meals) // (2 * meals) if meals else None,
    }


def _says(fields: Mapping[str, Any], _rows: Sequence[Mapping[str, Any]]) -> Iterator[Text]:
    """Rule and figures, without judgement."""
    if fields.get("left") is None:
        return
    yield what_is_left(
        fields["total_income"], fields["refunds"] or 0, fields["total_cost"], fields["percent"]
    )
    yield lazy(
        "The balance: %(carried)s at the beginning, %(balance)s at the end.",
        carried=fen_to_text(fields["carried"]),
        balance=fen_to_text(fields["balance"]),
    )
    if fields["meal_cost"] is not None:
        yield lazy(
            "A meal cost %(each)s: %(cost)s for %(meals)s meals.",
            each=fen_to_text(fields["meal_cost"]),
            cost=fen_to_text(fields["total_cost"]),
            meals=milli_to_text(fields["meals"]),
        )
    if fields["before"] is not None:
        yield carried_over(fields["before_of"], fields["before"], fields["carried"])


def what_is_left(income: int, refunds: int, cost: int, percent: int) -> Text:
    """What is left of an income in fen, as a share of it, beside the rule in thousandths of a per cent."""
    base, left = income - refunds, income - refunds - cost
    sums = {
        "income": fen_to_text(income),
        "refunds": fen_to_text(refunds),
        "cost": fen_to_text(cost),
        "left": fen_to_text(left),
    }
    if base <= 0:
        return lazy("Income %(income)s − refunds %(refunds)s − cost %(cost)s = %(left)s.", **sums)
    share = round_to(Decimal(left * 100) / Decimal(base), 2)
    limit = round_to(Decimal(base * percent) / Decimal(100_000), 0)
    return lazy(
        "Income %(income)s − refunds %(refunds)s − cost %(cost)s = %(left)s, that is %(share)s per cent of"
        " income after refunds. The rule: at most ±%(percent)s per cent, here ±%(limit)s.",
        **sums,
        share=f"{share}".replace("-", "−"),
        percent=milli_to_text(percent),
        limit=fen_to_text(int(limit)),
    )


def carried_over(period: str, before: int, carried: int) -> Text:
    """How an account begins beside how the one before ended."""
    said = {"period": period_words(period), "balance": fen_to_text(before), "carried": fen_to_text(carried)}
    if before == carried:
        return lazy("It begins with what was left by the account of %(period)s: %(carried)s.", **said)
    return lazy(
        "The account of %(period)s ended with %(balance)s, this one begins with %(carried)s: %(difference)s"
        " between them.",
        **said,
        difference=fen_to_text(carried - before),
    )


def _offers(posting: Posting) -> dict[str, str]:
    """The balance with which the last posted account ended."""
    before = queries.account_before(posting)
    return {"carried": CARRIED.plain(before.balance)} if before else {}


CARRIED = Money(
    name="carried",
    label=lazy("Carried over from before"),
    signed=True,
    missing=lazy("Please enter what was left before, 0 if nothing was."),
)
CANTEEN_ACCOUNT = Kind(
    slug=SLUG,
    label=lazy("Canteen accounts"),
    fields=(
        CARRIED,
        Money(
            name="refunds",
            label=lazy("Refunded to pupils"),
            hint=lazy("For meals that were paid and not eaten; empty: nothing."),
        ),
        Quantity(
            name="meals",
            label=lazy("Meals served"),
            hint=lazy("With it the cost of a meal is said; it may stay empty."),
        ),
    ),
    columns=(
        Line(
            name="item",
            label=lazy("Source or kind"),
            longest=60,
            missing=lazy("Please say where it came from, or what it was for."),
        ),
        Money(name="income", label=lazy("Income")),
        Money(name="cost", label=lazy("Cost")),
        Line(name="remark", label=lazy("Remark"), longest=200),
    ),
    computed=(
        Money(name="total_income", label=lazy("Income in all")),
        Money(name="total_cost", label=lazy("Cost in all")),
        Money(name="left", label=lazy("Left of this month"), signed=True),
        Money(name="balance", label=lazy("Balance at the end"), signed=True),
        Money(name="meal_cost", label=lazy("Cost of a meal")),
        Quantity(name="percent", label=lazy("Rule for what is left (± per cent of income)")),
        Money(name="before", label=lazy("Balance of the last posted account"), signed=True),
        Line(name="before_of", label=lazy("Month of the last posted account"), longest=20),
    ),
    recurring=("item",),
    aliases={
        "item": ("项目", "科目", "名称", "收支项目", "摘要", "内容"),
        "income": ("收入", "收入金额", "收", "贷方"),
        "cost": ("支出", "支出金额", "支", "借方", "本月实际支出", "实际支出"),
        "remark": ("备注", "说明"),
    },
    sections={
        "支出": "cost",
        "费用": "cost",
        "成本": "cost",
        "税金": "cost",
        "收入": "income",
        "补助": "income",
        "补贴": "income",
    },
    section_heads=("金额", "本月金额", "本月数", "本期金额", "本月发生额", "本期数"),
    sums=("income", "cost"),
    scopes=("canteen",),
    drafts=WRITE_ACCOUNTS,
    approves=APPROVE_ACCOUNTS,
    questions=True,
    rhythm=each_month(DUE),
    days=14,
    completes=_completes,
    offers=_offers,
    says=_says,
    switch=SWITCH,
)
