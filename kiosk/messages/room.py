"""What must not wait: mail and the robots of chat groups."""

from datetime import timedelta

from sqlalchemy import select

from kiosk.core.i18n import lazy
from kiosk.core.room import Retention, Room, SettingsPage, Table
from kiosk.messages import checks
from kiosk.messages.models import Delivery, Message
from kiosk.messages.services import drain
from kiosk.messages.settings import SETTINGS
from kiosk.messages.words import WORDS

KEPT = timedelta(days=90)

ROOM = Room(
    name="messages",
    settings=SETTINGS,
    words=WORDS,
    doors=("office",),
    settings_pages=(SettingsPage(85, lazy("Messages"), "office.messages.index"),),
    rounds=(drain,),
    checks={"messages": checks.recount},
    tables={
        "message": Table(
            lazy("What was to be said by mail or group robot, and for which roles"),
            lazy("90 days"),
            since="at",
        ),
        "message_delivery": Table(
            lazy("On which channel a message was taken, when, and what it answered; no address, no key"),
            lazy("90 days"),
        ),
    },
    retention=(
        Retention(
            "message_deliveries",
            Delivery,
            KEPT,
            lambda before: Delivery.message_id.in_(select(Message.id).where(Message.at < before)),
        ),
        Retention("messages", Message, KEPT, lambda before: Message.at < before),
    ),
)
