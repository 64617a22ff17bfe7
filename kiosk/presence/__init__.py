"""Proof of presence without accounts: codes, passes, slips, cards; and one voice a meal."""
