"""The school itself: its name and settings, terms, school days and meals."""
