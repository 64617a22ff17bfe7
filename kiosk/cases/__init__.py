"""Cases (事项): whatever waits for an answer — who owns it, until when, what was done, and who was told."""
