"""Answers that are asked for again and again, each remembered under everything that it depends on."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """The last `most` answers that were worked out in this process."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._answers: dict[Hashable, T] = {}

    def of(self, key: Hashable, work_out: Callable[[], T]) -> T:
        """The answer for this key; it is worked out once, and again after it was forgotten."""
        if key in self._answers:
            return self._answers[key]
        answer = work_out()
        while len(self._answers) >= self._most:
            self._answers.pop(next(iter(self._answers)), None)
        return self._answers.setdefault(key, answer)
