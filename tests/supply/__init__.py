"""Purchases on their way."""
