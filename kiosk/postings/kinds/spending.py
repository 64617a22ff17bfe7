"""The kind `spending` (支出): what the school's logistics spent in a month, for what and to whom."""

from kiosk.core.field import Day, Line, Money, Paragraphs
from kiosk.core.i18n import lazy
from kiosk.core.room import Asked, Switch
from kiosk.postings.kinds.bought import REMARK
from kiosk.postings.permissions import APPROVE_POSTINGS, WRITE_SPENDING
from kiosk.postings.queries import Kind, each_month

SPENDING = Kind(
    slug="spending",
    label=lazy("Spending"),
    fields=(Paragraphs(name="note", label=lazy("What is to be said of it"), longest=1000),),
    columns=(
        Line(name="item", label=lazy("Spent on"), longest=80, missing=lazy("What was it spent on?")),
        Money(name="amount", label=lazy("Amount"), missing=lazy("A number is missing.")),
        Line(name="payee", label=lazy("Paid to"), longest=60),
        Day(name="paid_on", label=lazy("Paid on")),
        REMARK,
    ),
    recurring=("item", "payee"),
    aliases={
        "item": (
            *("支出项目", "项目", "用途", "摘要", "支出内容", "支出名称", "费用项目", "科目", "名称", "項目"),
            *("开支项目", "支出类别", "支出情况", "支出事由", "内容", "开支内容"),
        ),
        "amount": (
            *("金额", "支出金额", "本月金额", "本月数", "本月支出", "本月实际支出", "支出数", "实际支出"),
            *("金額", "本期金额", "发生额", "本月发生额", "开支金额", "支付金额", "付款金额", "支出"),
        ),
        "payee": ("收款单位", "收款方", "收款人", "供应商", "供货单位", "对方单位", "付给"),
        "paid_on": ("日期", "支出日期", "付款日期", "支付日期", "报销日期", "时间", "支出时间"),
        "remark": ("备注", "说明", "凭证号", "票据号", "說明"),
    },
    not_lines=("收入", "盈余", "结余", "结存", "盈亏", "利润", "上月累计", "上月结转", "净利润", "营业利润"),
    sums=("amount",),
    questions=True,
    drafts=WRITE_SPENDING,
    approves=APPROVE_POSTINGS,
    days=31,
    rhythm=each_month(5),
    switch=Switch(
        "spending",
        lazy("Spending by month"),
        (
            Asked(
                lazy("Accountant"),
                lazy("Posts what was spent in a month by the fifth of the next, or that it was nothing."),
            ),
            Asked(
                lazy("Head of logistics, principal or school council"),
                lazy("Approve or return what another person wrote."),
            ),
        ),
    ),
)
