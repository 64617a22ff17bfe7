"""Ratings: the tablet page, the phone page, passes, tallies and honest numbers."""
