"""Accountability (责任追究): what was due and is still not done days later, and who answers for it."""
