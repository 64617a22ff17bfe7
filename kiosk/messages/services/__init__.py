"""What writes in the outbox, and what empties it."""

from kiosk.messages.services.outbox import in_school_language, send
from kiosk.messages.services.postman import drain, send_test

__all__ = ["drain", "in_school_language", "send", "send_test"]
