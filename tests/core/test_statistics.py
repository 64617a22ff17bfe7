"""Intervals, against the tables of textbooks."""

import pytest

from kiosk.core.statistics import student, wilson


@pytest.mark.parametrize(
    ("freedom", "exact"),
    [(1, 12.706), (2, 4.303), (3, 3.182), (5, 2.571), (10, 2.228), (30, 2.042), (1000, 1.962)],
)
def test_student_agrees_with_the_table(freedom: int, exact: float) -> None:
    assert student(freedom) == pytest.approx(exact, rel=0.01)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
    ids=["81/263", "15/148", "0/20", "1/29"],
)
def test_wilson_agrees_with_newcombe_1998(successes: int, n: int, low: float, high: float) -> None:
    """Table I of Newcombe, Two-sided confidence intervals for the single proportion, method 3."""
    assert wilson(successes, n) == pytest.approx((low, high), abs=0.0001)


@pytest.mark.parametrize(("successes", "n"), [(1, 0), (0, 0), (3, 2), (-1, 2)])
def test_what_is_no_share_is_refused(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(successes, n)
