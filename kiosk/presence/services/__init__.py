"""Writes of presence, and the proofs themselves: all are signed, and none is stored."""

from kiosk.presence.services.cards import card_visitor, read_card_visitor
from kiosk.presence.services.keys import destroy, destroy_keys, hold_meal, open_meal_key, pseudonym
from kiosk.presence.services.passes import (
    PASS_LIFE,
    Pass,
    PassInvalid,
    QrToken,
    Visitor,
    check_poster_token,
    check_qr_token,
    forget_passes,
    issue_pass,
    new_visitor,
    qr_token,
    read_pass,
    read_visitor,
)
from kiosk.presence.services.slips import NUMBER, SLIPS_A_SHEET, Slip, print_slips

__all__ = [
    "NUMBER",
    "PASS_LIFE",
    "SLIPS_A_SHEET",
    "Pass",
    "PassInvalid",
    "QrToken",
    "Slip",
    "Visitor",
    "card_visitor",
    "check_poster_token",
    "check_qr_token",
    "destroy",
    "destroy_keys",
    "forget_passes",
    "hold_meal",
    "issue_pass",
    "new_visitor",
    "open_meal_key",
    "print_slips",
    "pseudonym",
    "qr_token",
    "read_card_visitor",
    "read_pass",
    "read_visitor",
]
