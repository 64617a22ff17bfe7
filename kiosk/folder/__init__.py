"""The inspector's folder (检查资料夹): everything that was posted for a month or a term, as one file."""
