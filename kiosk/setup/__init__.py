"""A school from the outside: made, migrated, moved, served, and greeted the first time."""
