"""The budget of a term (预算): what was planned, what is committed, what was spent, line by line."""
