"""Purchases: the daily sheet, its import, its versions, and prices."""
