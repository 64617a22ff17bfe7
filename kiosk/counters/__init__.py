"""Counters and canteens, their reasons, duty roster, tablets and QR codes."""
