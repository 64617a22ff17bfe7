"""The vouchers that a form brings: looked at before the transaction begins."""

from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from flask import g, request

from kiosk.core.documents import MOST_BYTES, recognised
from kiosk.core.errors import Invalid
from kiosk.core.i18n import lazy
from kiosk.core.web import takes_files
from kiosk.payments.services import Voucher

MOST_AT_ONCE = 3 * MOST_BYTES
"""Bytes that one form brings."""
LONGEST = 60


def _read() -> None:
    g.vouchers, g.voucher_problem = [], None
    for one in request.files.getlist("files"):
        if not one.filename:
            continue
        try:
            name = PurePath(one.filename.replace("\\", "/")).stem[:LONGEST].strip() or "凭证"
            g.vouchers.append(Voucher(name, recognised(one.read(MOST_BYTES + 1))))
        except Invalid as problem:
            g.voucher_problem = one.filename[:LONGEST], problem


def brought() -> list[Voucher]:
    """What the form brings. Invalid, with the file's name, where one is not to be read."""
    if g.voucher_problem:
        name, problem = g.voucher_problem
        raise Invalid(lazy("%(name)s was not attached: %(why)s"), field="files", name=name, why=str(problem))
    return list(g.vouchers)


along: Callable[[Any], Any] = takes_files(_read, MOST_AT_ONCE + 2**20)
"""Marks a view whose form brings vouchers along."""
