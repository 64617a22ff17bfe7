"""Units of the store: weights join in grams, measures in millilitres, anything else only with itself."""

from kiosk.catalogue.queries.units import base as known

SMALL = {"kg": "g", "l": "ml"}


def base_of(unit: str) -> str:
    """The unit in which what comes in this unit is kept."""
    base, _factor = known(unit)
    return SMALL.get(base, base)


def per(unit: str) -> int:
    """How many of the base unit one of this unit is: 500 for 市斤, 1 for 桶."""
    base, factor = known(unit)
    return int(factor * 1000) if base in SMALL else 1


def shown(quantity: int, unit: str) -> int:
    """A quantity of the base unit in this unit, both in thousandths, rounded half up away from zero."""
    each = per(unit)
    sign = -1 if quantity < 0 else 1
    return sign * ((abs(quantity) * 2 + each) // (2 * each))
