"""What the record's codes are called, as the rooms say; what nobody names is shown as it is."""

from collections.abc import Iterable, Mapping
from typing import Any

from kiosk.core.i18n import LazyString, Text
from kiosk.core.room import Words, all_rooms


def subjects() -> dict[str, LazyString]:
    """What stands before a subject's colon, of all rooms."""
    return _all(room.words.subjects for room in all_rooms())


def actors() -> dict[str, LazyString]:
    """Who writes entries without an account."""
    return _all(room.words.actors for room in all_rooms())


def passed_on() -> dict[str, frozenset[str]]:
    """By action the fields whose text stands word for word in several entries."""
    return {action: fields for room in all_rooms() for action, fields in room.words.passed_on.items()}


def _all(parts: Iterable[Mapping[str, LazyString]]) -> dict[str, LazyString]:
    return {code: words for part in parts for code, words in part.items()}


def plain_fields(action: str) -> frozenset[str]:
    """The fields of an action that stand in the record as they are; all others can be erased."""
    return _of(action).plain.union(*(room.words.plain_of.get(action, ()) for room in all_rooms()))


def erasable(action: str, value: Any) -> Any:
    """A value of an older entry, with what people wrote in it marked as such."""
    mark = _of(action).erasable.get(action)
    return mark(value) if mark and value else value


def subject_words(subject: str) -> str:
    """counter:c1 as "Counter c1"."""
    kind, _colon, rest = subject.partition(":")
    return f"{subjects().get(kind, kind)} {rest}".strip()


def action_words(action: str) -> Text:
    """What was done."""
    return _of(action).actions.get(action, action)


def field_words(action: str, field: str) -> Text:
    """What a field of an entry is called under its action."""
    return _of_action(action).get(field) or _of(action).fields.get(field, field)


def any_field_words(field: str) -> Text:
    """What a field is called by the first room that knows it, under whatever action."""
    for room in all_rooms():
        named = [room.words.fields, *room.words.of_action.values()]
        if found := next((one[field] for one in named if field in one), None):
            return found
    return field


def value_words(action: str, field: str, value: str) -> Text:
    """What a code in a field means: as the action's room says, else as another does."""
    found = [_of(action).values, *(room.words.values for room in all_rooms())]
    return next((values[field][value] for values in found if value in values.get(field, {})), value)


def field_order(action: str) -> list[str]:
    """The fields of an action in the order in which its room names them, then those that other rooms add."""
    return list({**_of(action).fields, **_of_action(action)})


def _of_action(action: str) -> dict[str, LazyString]:
    """The fields that any room names for this action: a change of settings may speak of all rooms."""
    return _all(room.words.of_action.get(action, {}) for room in all_rooms())


def _of(action: str) -> Words:
    """The words of the room that records this action."""
    return next((room.words for room in all_rooms() if action in room.words.actions), NO_WORDS)


NO_WORDS = Words()
