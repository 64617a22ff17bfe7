"""What a channel is given: one text of as many messages as fit into it."""

from typing import NamedTuple

from kiosk.core import config
from kiosk.core.i18n import _
from kiosk.messages.models import Message
from kiosk.school import queries as school
from kiosk.school.settings import NAME, NAME_EN


class Letter(NamedTuple):
    """A title, a text, and how many of the messages stand in it (`told`)."""

    title: str
    text: str
    told: int


def letter(messages: list[Message], longest: int, *, in_english: bool) -> Letter:
    """As many of the messages, in their order, as fit into so many bytes; the first one in any case."""
    settings = school.settings()
    name = settings[NAME_EN if in_english and settings[NAME_EN] else NAME]
    text, count = _told(messages[0], name, longest), 1
    for message in messages[1:]:
        more = f"{text}\n\n{_told(message, name, longest)}"
        if len(more.encode()) > longest:
            break
        text, count = more, count + 1
    title = f"【{name}】{messages[0].title}"
    if count > 1:
        title = str(_("%(title)s (and %(n)s more)", title=title, n=count - 1))
    return Letter(title, text, count)


def _told(message: Message, school_name: str, longest: int) -> str:
    """The school, what it is, more words, and the way there; of a long one the middle is left out."""
    public = config.current().public_url
    way = f"\n{public}{message.path}" if public and message.path else ""
    text = "\n".join(filter(None, (f"【{school_name}】{message.title}", message.text)))
    room = longest - len(way.encode())
    raw = text.encode("utf-8", "replace")
    if len(raw) > room:
        text = raw[: room - 3].decode("utf-8", "ignore") + "…"
    return text + way
