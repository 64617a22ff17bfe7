"""The live view: purchases beside ratings."""
