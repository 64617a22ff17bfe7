"""Eating with (陪餐): a leader at every meal, parents' days, and in public who came and who did not."""
