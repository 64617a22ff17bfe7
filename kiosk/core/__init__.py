"""The floor every room stands on; it knows nothing of schools."""
