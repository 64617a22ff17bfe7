"""What of an account is hashed: a line for each voucher, and the hash over all of them."""

import hashlib
import json
from collections.abc import Iterable
from typing import NamedTuple

from kiosk.accounts.models import AccountVoucher


class Laid(NamedTuple):
    """What a version is vouched for by: the hash of its vouchers, and their sums in fen."""

    root: str
    income: int
    spending: int
    number: int


def line_of(one: AccountVoucher) -> str:
    """A voucher as it is hashed: number, day, side, purpose, fen, payee's kind, number of the payment."""
    told = [one.number, one.day.isoformat(), one.side, one.purpose, one.amount, one.payee, one.payment_id]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def laid(vouchers: Iterable[AccountVoucher]) -> Laid:
    """SHA-256 over the lines, each followed by a line break, in the order of days; and the sums."""
    digest, sums, number = hashlib.sha256(), {"income": 0, "spending": 0}, 0
    for one in vouchers:
        number += 1
        digest.update(f"{line_of(one)}\n".encode())
        sums[one.side] += one.amount
    return Laid(digest.hexdigest(), sums["income"], sums["spending"], number)
