"""Payments (支付): what was accepted, decided on a ladder, paid by one, entered by another."""
