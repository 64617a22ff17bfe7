"""Open data of accounts: /data/account-vouchers.csv and .json, to add up and to draw again."""

import json
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, request

from kiosk.accounts import queries
from kiosk.accounts.models import AccountVoucher, PeriodAccount
from kiosk.core import open_data as edge
from kiosk.core.errors import NotFound
from kiosk.core.field import Money
from kiosk.core.formats import whole
from kiosk.core.i18n import lazy

blueprint = Blueprint("accounts_api", __name__)

COLUMNS = (
    ("number", "凭证号"),
    ("day", "日期"),
    ("side", "收支"),
    ("purpose", "摘要"),
    ("amount", "金额"),
    ("payee", "对方类别"),
    ("payment", "支付编号"),
    ("fen", "金额（分）"),
)
"""Names of the columns in JSON and CSV; `fen` is the amount as it is hashed."""
_MONEY = Money(name="", label=lazy("Amount"))


def _account() -> tuple[PeriodAccount, int]:
    """The account of ?account=, else the latest, and its version of ?version= or in force."""
    wanted = whole(request.args.get("account"))
    latest = queries.accounts(PeriodAccount.version > 0) if wanted is None else []
    found = queries.laid(latest[0].id if latest else wanted or 0)
    version = whole(request.args.get("version")) or found.version
    if not 1 <= version <= found.version:
        raise NotFound
    return found, version


def _row(one: AccountVoucher) -> tuple[Any, ...]:
    day, amount = one.day.isoformat(), _MONEY.plain(one.amount)
    return one.number, day, one.side, one.purpose, amount, one.payee, one.payment_id, one.amount


@blueprint.get("/data/account-vouchers.csv")
def table() -> Response | str:
    """The vouchers of an account in the order in which they are hashed."""
    found, version = _account()
    rows = (["" if cell is None else cell for cell in _row(one)] for one in queries.vouchers(found, version))
    return edge.answer_csv(f"account_{found.id}_{version}", [label for _name, label in COLUMNS], rows)


@blueprint.get("/data/account-vouchers.json")
def objects() -> Response:
    """The same as JSON, with the sums, the hash, and the two numbers and sample of each audit."""
    found, version = _account()
    return edge.answer_parts(_parts(found, version), "application/json")


def _parts(found: PeriodAccount, version: int) -> Iterator[bytes]:
    own = next(one for one in found.versions if one.number == version)
    told = {
        "account": found.id,
        "book": found.book.name,
        "period": found.period,
        "version": version,
        "opening": _MONEY.plain(own.opening),
        "income": _MONEY.plain(own.income),
        "spending": _MONEY.plain(own.spending),
        "closing": _MONEY.plain(own.closing),
        "root": own.root,
        "audits": [_audit(one) for one in found.audits if one.session.number and one.version == version],
    }
    yield json.dumps(told, ensure_ascii=False)[:-1].encode() + b', "vouchers": ['
    names = [name for name, _label in COLUMNS]
    for number, one in enumerate(queries.vouchers(found, version)):
        row = dict(zip(names, _row(one), strict=True))
        yield ((", " if number else "") + json.dumps(row, ensure_ascii=False)).encode()
    yield b"]}\n"


def _audit(one: Any) -> dict[str, Any]:
    return {
        "session": one.session.id,
        "day": one.session.held_on.isoformat(),
        "head_seq": one.session.head_seq,
        "head": one.session.head,
        "number": one.session.number,
        "size": one.size,
        "sample": [tick.voucher.number for tick in one.ticks],
        "finding": one.finding or None,
    }
