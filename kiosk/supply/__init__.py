"""A purchase from its plan to the day's sheet: planned, approved, bought, accepted, by different people."""
