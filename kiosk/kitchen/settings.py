"""The settings of the kitchen: samples, certificates, the morning check."""

from datetime import time

from kiosk.core.i18n import lazy
from kiosk.core.setting import Group, Number, TimeOfDay

KITCHEN = Group(45, lazy("Kitchen"))

SAMPLE_GRAMS = Number(
    name="sample_grams",
    label=lazy("A food sample has at least (grams)"),
    hint=lazy("GB 31654-2021: 125 g of each dish. Less is told and marked, not refused."),
    least=50,
    most=1000,
    default=125,
    group=KITCHEN,
    place=10,
)
SAMPLE_HOURS = Number(
    name="sample_hours",
    label=lazy("A food sample is kept at least (hours)"),
    hint=lazy("GB 31654-2021: 48 hours at 0–8 °C."),
    least=24,
    most=240,
    default=48,
    group=KITCHEN,
    place=20,
)
HEALTH_SOON = Number(
    name="health_soon",
    label=lazy("A health certificate's end is told (days) before"),
    least=1,
    most=120,
    default=30,
    group=KITCHEN,
    place=30,
)
HEALTH_URGENT = Number(
    name="health_urgent",
    label=lazy("It is urgent (days) before"),
    least=0,
    most=60,
    default=14,
    group=KITCHEN,
    place=40,
)
MORNING_BY = TimeOfDay(
    name="morning_by",
    label=lazy("Morning check made by"),
    default=time(8),
    group=KITCHEN,
    place=45,
)

GOODS_SOON = Number(
    name="goods_soon",
    label=lazy("The end of a certificate of goods is told (days) before"),
    least=1,
    most=120,
    default=14,
    group=KITCHEN,
    place=50,
)

SETTINGS = (SAMPLE_GRAMS, SAMPLE_HOURS, HEALTH_SOON, HEALTH_URGENT, MORNING_BY, GOODS_SOON)
