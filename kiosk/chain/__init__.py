"""The tamper-evident record (存证链): each entry holds the hash of the one before."""
