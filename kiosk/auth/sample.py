"""The sample school's accounts: a surname or a post, and a role; none of them is anybody."""

from kiosk.auth.services import add_account
from kiosk.core.samples import BY, PASSWORD, Share, Span

ACCOUNTS = (
    ("lin", "head", "林"),
    ("chen", "canteen_manager", "陈"),
    ("wu", "accountant", "吴"),
    ("principal", "principal", "校长"),
    ("cashier", "cashier", "出纳"),
    ("admin", "admin", "管理员"),
)
"""Username, role, name."""


def _furnish(_span: Span) -> None:
    for username, role, name in ACCOUNTS:
        add_account(by=BY, username=username, password=PASSWORD, role=role, name=name)


SHARE = Share(furnish=_furnish)
