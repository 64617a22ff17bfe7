"""The school's own settings, and which groups they stand in."""

from kiosk.core.i18n import lazy
from kiosk.core.setting import Choices, Days, Group, Line, TimeZone, YesOrNo
from kiosk.school.models import WEEKDAYS

THE_SCHOOL = Group(10, lazy("The school"))

NAME = Line(
    plain=True,
    name="name",
    label=lazy("Name of the school"),
    longest=80,
    needed=True,
    group=THE_SCHOOL,
    place=10,
)
NAME_EN = Line(
    plain=True,
    name="name_en",
    label=lazy("Name in English"),
    hint=lazy("Shown on English pages; empty: the name above."),
    longest=80,
    group=THE_SCHOOL,
    place=20,
)
TIMEZONE = TimeZone(
    name="timezone", label=lazy("Time zone"), default="Asia/Shanghai", group=THE_SCHOOL, place=40
)
SCHOOL_WEEKDAYS = Choices[int](
    name="weekdays",
    label=lazy("School days of the week"),
    hint=lazy("Enter holidays and working weekends under “Terms and days”."),
    choices=dict(WEEKDAYS),
    default=(0, 1, 2, 3, 4),
    group=THE_SCHOOL,
    place=50,
)
SAMPLE = YesOrNo(name="sample", label=lazy("Sample school"))
INSTANCE_ID = Line(plain=True, name="instance_id", label=lazy("Mark of this school's folder"))
"""Names the folder that belongs to the database; it is written once."""
IN_USE = Days(name="in_use", label=lazy("What the school uses"), default={})
"""What is switched on, with the day from which its duties are due."""

SETTINGS = (NAME, NAME_EN, TIMEZONE, SCHOOL_WEEKDAYS, SAMPLE, INSTANCE_ID, IN_USE)

RETIRED = ("person_hidden_below",)
"""Settings of earlier versions that nothing reads any more: what is stored of them is no fault."""
