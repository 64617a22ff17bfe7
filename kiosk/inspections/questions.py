"""What people in the queue are asked during a round: one to five questions, answered by one tap each."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from kiosk.core import field
from kiosk.core.errors import Invalid
from kiosk.core.i18n import LazyString, lazy
from kiosk.inspections.lines import next_number

LEVELS, YES_NO = "levels", "yes_no"
KINDS: dict[str, LazyString] = {
    LEVELS: lazy("five levels, from very dissatisfied to very satisfied"),
    YES_NO: lazy("yes or no"),
}
VALUES = {LEVELS: (1, 2, 3, 4, 5), YES_NO: (0, 1)}
GOOD = {LEVELS: (3, 4, 5), YES_NO: (1,)}
"""Which answers count as good, as for ratings."""
MOST = 5
TEXT = field.Line(
    name="question", label=lazy("Question to the queue"), longest=60, missing=lazy("Please write it.")
)


class Question(NamedTuple):
    """A question. `key` names it through all versions of its list."""

    key: str
    text: str
    kind: str = LEVELS


def questions_of(data: Iterable[Mapping[str, Any]]) -> tuple[Question, ...]:
    """The questions of a version of a list."""
    return tuple(Question(**one) for one in data)


def read_questions(given: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Questions as a version keeps them; one without a key has a new one. Invalid for more than five."""
    found: list[dict[str, Any]] = []
    for one in given:
        kind = one.get("kind") or LEVELS
        if kind not in KINDS:
            raise Invalid(lazy("Please choose how it is answered."), field="question")
        found.append({"key": one.get("key") or "", "text": TEXT.read(one.get("text")), "kind": kind})
    if len(found) > MOST:
        raise Invalid(lazy("At most five questions: people stand in a queue."), field="question")
    free = next_number(one["key"] for one in found)
    for one in found:
        if not one["key"]:
            one["key"], free = f"q{free}", free + 1
    return found
