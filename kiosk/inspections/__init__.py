"""Rounds (巡查): lists gone through on the spot; what is found is mended, and seen to be by another."""
