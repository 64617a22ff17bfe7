"""The sample of vouchers, drawn by two numbers; docs/accounts.md says it step by step.

For each voucher of the version before the congress: SHA-256 over the record's head, the number that the
review group drew, the account's number and the voucher's number, with a line break between them. The vouchers
with the smallest hashes are the sample, the smallest first.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select

from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import Head, entry, head
from kiosk.core.db import session


def ticket(own_head: str, number: str, account: int, voucher: str) -> str:
    """By which a voucher is drawn: the smaller, the earlier."""
    return hashlib.sha256(f"{own_head}\n{number}\n{account}\n{voucher}".encode()).hexdigest()


def drawn(own_head: str, number: str, account: int, vouchers: Iterable[str], size: int) -> list[str]:
    """The numbers of the vouchers in the sample, in the order in which they are drawn."""
    return sorted(vouchers, key=lambda one: (ticket(own_head, number, account, one), one))[:size]


def head_at(moment: datetime, announced: int) -> Head | None:
    """The record's head as it was at a moment that the entry `announced` names.

    It is the entry before the first one after the announcement that is later than the moment, so that a clock
    which is set back changes nothing; the newest while there is no later one.
    """
    later = select(func.min(ChainEntry.seq)).where(ChainEntry.seq > announced, ChainEntry.at > moment)
    first = session.scalar(later)
    if first is None:
        return head()
    found = entry(first - 1)
    return Head(found.seq, found.hash) if found else None
