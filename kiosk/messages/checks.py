"""Whether every delivery ended as the record has it."""

from collections.abc import Iterator

from sqlalchemy import select

from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import Finding
from kiosk.core.db import session
from kiosk.messages.models import FAILED, SENT, WAITING, Delivery

ACTIONS = {SENT: "message.sent", FAILED: "message.given_up", WAITING: None}


def recount() -> Iterator[Finding]:
    """Each delivery against its entry; what waits has none."""
    query = select(Delivery, ChainEntry.action, ChainEntry.subject)
    query = query.outerjoin(ChainEntry, ChainEntry.seq == Delivery.chain_seq).order_by(Delivery.id)
    for delivery, action, subject in session.execute(query):
        expected = ACTIONS[delivery.state]
        told = f"message:{delivery.message_id}" if expected else None
        if (action, subject) != (expected, told):
            yield Finding("message", str(delivery.message_id), "altered", f"delivery {delivery.id}")
