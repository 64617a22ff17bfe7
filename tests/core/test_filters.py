"""How figures are shown."""

from datetime import date

import pytest
from flask import Flask, render_template_string

from kiosk.core.filters import day, margin, one_decimal, percent
from kiosk.core.i18n import listed
from kiosk.ratings.queries import Counts


@pytest.mark.parametrize(
    ("half_width", "text"),
    [(0.31, "±0.4"), (0.3, "±0.3"), (0.1 + 0.2, "±0.3"), (0.0001, "±0.1"), (1.75, "±1.8"), (None, "")],
)
def test_a_margin_is_rounded_up(half_width: float | None, text: str) -> None:
    assert margin(half_width) == text


def test_the_board_and_the_office_round_a_margin_alike(app: Flask) -> None:
    counts = Counts(n1=1, n2=3, n3=3, n4=12, n5=21)
    with app.test_request_context():
        shown = [
            render_template_string(
                f"{{% from '{file}' import {macro} with context %}}{{{{ {call} }}}}", counts=counts
            )
            for file, macro, call in (
                ("macros/figures.html", "score_n", "score_n(counts, 5)"),
                ("office/ratings/_parts.html", "margin", "margin(counts)"),
            )
        ]
    assert counts.half_width == pytest.approx(0.339, abs=0.01)
    assert [text.split("±")[1].split("<")[0] for text in shown] == ["0.4", "0.4"]


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        *(
            (percent(0.125), "13%"),
            (percent(0.135), "14%"),
            (percent(-0.005), "−1%"),
            (percent(0.391, 0, True), "+39%"),
        ),
        *((percent(0.0), "0%"), (percent(0.99996, 1), "100.0%"), (percent(None), "—")),
        *((one_decimal(4.25), "4.3"), (one_decimal(1.75), "1.8"), (one_decimal(-0.15, True), "−0.2")),
    ],
)
def test_halves_are_rounded_up_as_by_hand(shown: str, text: str) -> None:
    assert shown == text


@pytest.mark.parametrize(("lang", "text"), [("zh-Hans", "12月1日 甲、乙"), ("en", "1 Dec 甲, 乙")])
def test_a_short_day_and_a_row_of_names_are_words_of_the_language(app: Flask, lang: str, text: str) -> None:
    with app.test_request_context(f"/?lang={lang}"):
        assert f"{day(date(2026, 12, 1), 'short')} {listed(['甲', '乙'])}" == text
