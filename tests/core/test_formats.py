"""Numbers as text and back."""

from decimal import Decimal

import pytest

from kiosk.core.formats import (
    BadValue,
    amount_of,
    fen_to_text,
    milli_to_text,
    parse_decimal,
    price_to_text,
    whole,
)


def number(text: str, places: int = 3) -> Decimal:
    return parse_decimal(text, places=places, minimum=Decimal(0), maximum=Decimal(1_000_000))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("5", "5"), (" 2.5 ", "2.5"), ("1,234.5", "1234.5"), ("￥2.38", "2.38"), ("¥ 2.38元", "2.38")),
        *(("１２．５", "12.5"), ("1，234", "1234"), ("0.0005", "0.001"), ("7.40666666666667", "7.407")),
    ],
)
def test_honest_numbers_are_read(text: str, value: str) -> None:
    assert number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "abc",
            "1_000",
            "NaN",
            "Infinity",
            "1e309",
            "1e3",
            "-1",
            "1,23",
            "12,34.5",
            "1.2.3",
            "0x10",
        ),
        *("9223372036854775808", "1000000.01", "٣", "½", "+5", "5-", "--5", ".", "5斤"),
    ],
)
def test_odd_numbers_are_refused(text: str) -> None:
    with pytest.raises(BadValue):
        number(text)


def test_money_quantities_and_prices_as_text() -> None:
    assert [fen_to_text(fen) for fen in (0, 5, 531_112, -12_345)] == ["0.00", "0.05", "5,311.12", "−123.45"]
    assert [milli_to_text(milli) for milli in (0, 50_000, 2_500, 1_234_567_001)] == [
        *("0", "50", "2.5", "1,234,567.001"),
    ]
    assert [price_to_text(price) for price in (23_800, 74_067, 3_750, 5)] == [
        "2.38",
        "7.4067",
        "0.375",
        "0.0005",
    ]


def test_an_amount_is_rounded_half_up_to_the_fen() -> None:
    assert amount_of(50_000, 23_800) == 11_900
    assert amount_of(276_000, 14_700) == 40_572
    assert amount_of(1, 50_000) == 1
    assert amount_of(1, 49_999) == 0


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("07", 7), ("999999999", 999_999_999), ("1" * 10, None), ("9" * 5000, None), ("", None)]
    + [(text, None) for text in ("-1", "1.0", " 1", "1\n", "１", "٣", "²", "1_0", "x")]
    + [(None, None)],
)
def test_a_whole_number_is_written_in_plain_digits(text: str | None, number: int | None) -> None:
    assert whole(text) == number
