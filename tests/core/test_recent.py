"""Answers that are remembered: worked out once for each key, and never more than a few."""

from kiosk.core.recent import Recent


def test_an_answer_is_worked_out_once_for_each_key() -> None:
    recent: Recent[int] = Recent(2)
    asked: list[str] = []

    def length(text: str) -> int:
        return recent.of(text, lambda: asked.append(text) or len(text))

    assert [length(text) for text in ("a", "bb", "a", "bb")] == [1, 2, 1, 2]
    assert asked == ["a", "bb"]


def test_the_oldest_is_forgotten() -> None:
    recent: Recent[str] = Recent(2)
    for key in ("a", "b", "c"):
        recent.of(key, key.upper)
    assert recent.of("c", lambda: "new") == "C"
    assert recent.of("a", lambda: "new") == "new"


def test_nothing_is_an_answer_too() -> None:
    recent: Recent[None] = Recent(2)
    recent.of("a", lambda: None)

    def never() -> None:
        raise AssertionError("it was known")

    assert recent.of("a", never) is None
