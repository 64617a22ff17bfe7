"""Units that can be compared: a known factor to the kilogram or the litre; any other only with itself."""

from fractions import Fraction

FACTORS: dict[str, tuple[str, Fraction]] = {
    **dict.fromkeys(("公斤", "千克", "kg", "KG", "Kg"), ("kg", Fraction(1))),
    **dict.fromkeys(("市斤", "斤"), ("kg", Fraction(1, 2))),
    **dict.fromkeys(("两",), ("kg", Fraction(1, 20))),
    **dict.fromkeys(("克", "g"), ("kg", Fraction(1, 1000))),
    **dict.fromkeys(("吨", "t"), ("kg", Fraction(1000))),
    **dict.fromkeys(("升", "L", "l"), ("l", Fraction(1))),
    **dict.fromkeys(("毫升", "ml", "mL"), ("l", Fraction(1, 1000))),
}

"""Units with their base unit, and how much of that each holds."""
PROPOSED = ("市斤", "公斤", "斤", "克", "包", "把", "个", "桶", "盒", "瓶", "袋", "箱", "件", "升")
"""What is proposed while a unit is typed."""


def base(unit: str) -> tuple[str, Fraction]:
    """The unit that prices are compared in, and how much of it this unit holds (市斤: 1/2 kg)."""
    return FACTORS.get(unit.strip(), (unit.strip(), Fraction(1)))


def convert(price: int, unit: str, to: str) -> int | None:
    """A price for one `unit` as a price for one `to`, rounded; None where the two cannot be compared."""
    if unit == to:
        return price
    (from_base, from_factor), (to_base, to_factor) = base(unit), base(to)
    if from_base != to_base:
        return None
    return round(price / from_factor * to_factor)
