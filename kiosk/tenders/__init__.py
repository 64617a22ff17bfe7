"""Tenders (招标): from the need to the contract, with the council at the table."""
