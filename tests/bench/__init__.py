"""Measurements, never part of the test run: `make bench`."""
