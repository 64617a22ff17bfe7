"""The kind `account` (来往帐目): an account as the congress found it, posted with the finding.

Nobody types it: it is drawn from the account and its audit (`expected`), and says nothing else. What is
posted is frozen, so that it is written in the language of the place, whatever the page's is.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from kiosk.accounts import queries
from kiosk.accounts.models import FINDINGS, INCOME, CongressAudit
from kiosk.accounts.permissions import REVIEW_ACCOUNTS
from kiosk.core.field import Choice, Day, Line, Money, Paragraphs
from kiosk.core.i18n import lazy
from kiosk.postings.models import Posting
from kiosk.postings.queries import Kind, Reading, Texts, period_words

SLUG = "account"
OTHERWISE = lazy("An account is posted by the finding of the congress's session, word for word.")
KINDS = {
    "supplier": "供货商、企业",
    "authority": "机关、公用事业",
    "school": "学校及校内资金",
    "staff": "教职工",
    "pupil": "学生、家长",
    "other": "其他",
}
"""By the payee's kind: what is written in the posting."""
_MONEY = Money(name="", label=lazy("Amount"))


def title_of(audit: CongressAudit) -> str:
    """What an account is called where it is posted."""
    account = audit.account
    period = account.period
    words = f"{period[:4]}年{int(period[5:])}月" if period[:1] != "T" else period_words(period)
    return f"{account.book.name} {words}"


def expected(audit: CongressAudit) -> tuple[Texts, list[Texts]]:
    """What is posted of an account and its finding, as it would be typed."""
    account = audit.account
    version = next(one for one in account.versions if one.number == audit.version)
    fields = {
        "account": title_of(audit),
        "opening": _MONEY.plain(version.opening),
        "income_total": _MONEY.plain(version.income),
        "spending_total": _MONEY.plain(version.spending),
        "closing": _MONEY.plain(version.closing),
        "vouchers": f"{version.vouchers}张，抽查{len(audit.ticks)}张",
        "held_on": audit.session.held_on.isoformat(),
        "present": f"应到{audit.members}人，实到{audit.present}人",
        "votes": f"赞成{audit.in_favour}票，反对{audit.against}票，弃权{audit.abstained}票",
        "finding": audit.finding,
        "text": audit.text,
    }
    rows = [
        {
            "item": f"{'收入' if side == INCOME else '支出'}：{KINDS[payee]}（{number}张）",
            side: _MONEY.plain(amount),
        }
        for side, payee, amount, number in queries.by_payee(account, audit.version)
    ] or [{"item": "本期没有收支"}]
    rows += [
        {"item": f"抽查意见：凭证{one.voucher.number}"[:80], "remark": one.text} for one in audit.remarks
    ]
    return fields, rows


def _completes(posting: Posting, reading: Reading) -> None:
    """It says what the audit found, and nothing else."""
    audit = queries.audit_of_posting(posting.id)
    if audit is None or not audit.finding:
        reading.errors["account"] = OTHERWISE
        return
    fields, _rows = expected(audit)
    figures = ("opening", "income_total", "spending_total", "closing")
    said = {name: _MONEY.plain(reading.fields.get(name) or 0) for name in figures}
    said |= {name: str(reading.fields.get(name) or "") for name in fields if name not in figures}
    for name, text in fields.items():
        if said[name] != text:
            reading.errors[name] = OTHERWISE


def _titled(_posting: Posting, values: Mapping[str, Any], _rows: Sequence[Mapping[str, Any]]) -> str:
    return f"来往帐目 · {values.get('account') or ''}".rstrip(" ·")


def _typed(name: str, label: Any, longest: int = 80) -> Line:
    return Line(name=name, label=label, longest=longest)


ACCOUNTS = Kind(
    slug=SLUG,
    label=lazy("Accounts with the congress's finding"),
    fields=(
        _typed("account", lazy("Account of a book")),
        Money(name="opening", label=lazy("Balance at the beginning"), signed=True),
        Money(name="income_total", label=lazy("Income in all")),
        Money(name="spending_total", label=lazy("Spending in all")),
        Money(name="closing", label=lazy("Balance at the end"), signed=True),
        _typed("vouchers", lazy("Vouchers of the account")),
        Day(name="held_on", label=lazy("Day of the session")),
        _typed("present", lazy("Delegates")),
        _typed("votes", lazy("Votes")),
        Choice(name="finding", label=lazy("Finding of the congress"), options=FINDINGS),
        Paragraphs(name="text", label=lazy("The finding in words"), longest=2_000),
    ),
    columns=(
        Line(
            name="item", label=lazy("Item of the account"), longest=80, missing=lazy("Please say what it is.")
        ),
        Money(name="income", label=lazy("Income")),
        Money(name="spending", label=lazy("Spending")),
        Line(name="remark", label=lazy("Remark"), longest=300),
    ),
    heading="",
    titled=_titled,
    sums=("income", "spending"),
    drafts=REVIEW_ACCOUNTS,
    questions=True,
    own_duties=True,
    days=30,
    completes=_completes,
)
