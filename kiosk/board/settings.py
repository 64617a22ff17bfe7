"""The settings of the public pages."""

from kiosk.core.i18n import lazy
from kiosk.core.setting import Line
from kiosk.school.settings import THE_SCHOOL

PRIVACY_CONTACT = Line(
    name="privacy_contact",
    label=lazy("Questions about privacy"),
    hint=lazy("Shown in the privacy notice; for example, an office and its telephone number."),
    longest=80,
    group=THE_SCHOOL,
    place=30,
)
"""Whom the privacy notice names for questions."""

SETTINGS = (PRIVACY_CONTACT,)
