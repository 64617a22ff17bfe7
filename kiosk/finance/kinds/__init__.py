"""The kinds of postings of the finance room, a file each."""
