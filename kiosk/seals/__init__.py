"""Seals: Merkle trees over the facts that rooms hand in, each bound to the one before and to the chain."""
