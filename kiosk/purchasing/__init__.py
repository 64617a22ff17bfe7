"""Purchases: the daily sheet, its import, its versions, items, suppliers and prices."""
