"""What the record's codes of this room are called when people read them."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Words
from kiosk.payments.models import PURPOSES, WAYS

WORDS = Words(
    subjects={"payment": lazy("Payment")},
    actions={
        "payment.asked": lazy("Payment asked for"),
        "payment.changed": lazy("Request for a payment changed"),
        "payment.voucher": lazy("Voucher of a payment kept"),
        "payment.withdrawn": lazy("Request for a payment taken back"),
        "payment.paid": lazy("Payment made"),
        "payment.entered": lazy("Payment entered in the books"),
    },
    fields={
        "payee": lazy("Paid to"),
        "invoice": lazy("Number of the invoice"),
        "purpose": lazy("Purpose of spending"),
        "about": lazy("What is being paid for"),
        "amount": lazy("Amount in fen"),
        "budget_line": lazy("Line of the budget"),
        "version": lazy("Version of the request"),
        "hash": lazy("Hash of the content"),
        "vouchers": lazy("Vouchers, by number"),
        "paid_lines": lazy("Lines that are paid (sheet, version, row)"),
        "file": lazy("File"),
        "day": lazy("Day"),
        "way": lazy("How it was paid"),
        "reference": lazy("The bank's number of the payment"),
        "booked": lazy("Number of the entry in the books"),
        "reason": lazy("Why"),
    },
    values={"purpose": PURPOSES, "way": WAYS},
    plain=frozenset({"purpose", "hash", "paid_lines", "way"}),
)
