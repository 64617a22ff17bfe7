"""The sample school, and the filler that makes a big one for measuring."""
