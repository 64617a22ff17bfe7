"""What is signed: the bytes of a version, and which of its parts changed."""

import json
from typing import Any

from kiosk.payments.models import PaymentVersion


def told(version: PaymentVersion) -> dict[str, Any]:
    """A version as it is signed, by the names of its parts."""
    return {
        "payee": version.payee,
        "supplier": version.supplier_id,
        "invoice": version.invoice,
        "purpose": version.purpose,
        "about": version.about,
        "amount": version.amount,
        "budget_line": version.budget_line,
        "vouchers": [one["digest"] for one in version.vouchers],
        "lines": [
            {
                "posting": line.posting_id,
                "version": line.sheet_version,
                "row": line.row,
                "item": line.item,
                "specification": line.specification,
                "unit": line.unit,
                "quantity": line.quantity,
                "unit_price": line.unit_price,
                "amount": line.amount,
            }
            for line in version.lines
        ],
    }


def content_of(version: PaymentVersion) -> bytes:
    """The canonical bytes that are hashed and signed."""
    return json.dumps(told(version), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def differing(old: PaymentVersion, new: PaymentVersion) -> list[str]:
    """The names of the parts that are not the same."""
    before, after = told(old), told(new)
    return [name for name in after if before[name] != after[name] and name != "supplier"]
