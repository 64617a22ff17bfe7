"""Everything that is public, found by a piece of it."""
