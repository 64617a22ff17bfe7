"""What became of what was said, and thanks: you said, we did; words of thanks; good deeds (好人好事)."""
