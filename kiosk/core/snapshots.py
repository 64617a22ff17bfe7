"""What a live page shows at a moment, as the texts that travel: whole, or what changed since then."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, NamedTuple

from kiosk.core.actor import NOBODY, Actor


class Edition(NamedTuple):
    """For whom a snapshot is made: the language, and who reads it; the roles decide what is shown."""

    language: str
    reader: Actor = NOBODY


@dataclass(frozen=True)
class Snapshot:
    """What a live page shows: its token, when it was made, and its parts as JSON texts."""

    token: str
    made_at: str
    parts: dict[str, str]

    def text(self, older: "Snapshot | None" = None) -> str:
        """As JSON {token, at, parts}; with an older snapshot only the parts that differ from it."""
        changed = [
            f"{json.dumps(name)}:{part}"
            for name, part in self.parts.items()
            if older is None or older.parts.get(name) != part
        ]
        head = f'"token":{json.dumps(self.token)},"at":{json.dumps(self.made_at)}'
        return f'{{{head},"parts":{{{",".join(changed)}}}}}'


def plain(value: Any) -> str:
    """A part of a snapshot as JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def event(name: str, data: str, token: str = "") -> bytes:
    """One server-sent event; `data` is a single line."""
    head = f"id: {token}\n" if token else ""
    return f"event: {name}\n{head}data: {data}\n\n".encode()


def etag(token: str, edition: Edition) -> str:
    """The entity tag of a snapshot in an edition."""
    return hashlib.sha256(f"{token}\n{edition!r}".encode()).hexdigest()[:24]
