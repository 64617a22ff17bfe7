"""Declared inputs: what a day is taken for, in a form, a grid and a command."""

from datetime import date, datetime

import pytest

from kiosk.core import field
from kiosk.core.errors import Invalid
from kiosk.core.i18n import lazy
from kiosk.core.web import KioskApp
from kiosk.school.forms import TermForm
from tests.conftest import ROOT

DAY = field.Day(name="day", label=lazy("Day"))
UNTIL = field.Until(name="until", label=lazy("Until"))
COLLECTED = field.Day(name="day", label=lazy("Day"), back=1, ahead=0)


@pytest.mark.usefixtures("at_lunch")
@pytest.mark.parametrize(
    ("one", "text", "taken"),
    [
        (DAY, "0001-01-01", False),
        (DAY, "0026-03-04", False),
        (DAY, "2206-03-04", False),
        (DAY, "1996-01-01", True),
        (UNTIL, "2076-03-04", True),
        (UNTIL, "长期", True),
        (COLLECTED, "2024-12-31", False),
        (COLLECTED, "2025-09-01", True),
    ],
)
def test_a_day_far_from_this_year_is_a_slip(app: KioskApp, one: field.Day, text: str, taken: bool) -> None:
    if taken:
        assert one.read(text)
        return
    with pytest.raises(Invalid) as refused:
        one.read(text)
    assert refused.value.field == one.name


def test_the_forms_of_rooms_know_it_too(app: KioskApp, at_lunch: datetime) -> None:
    def sent(first: str) -> bool:
        data = {"name": "春季学期", "starts": first, "ends": "2026-07-03"}
        with app.test_request_context(method="POST", data=data):
            form = TermForm(meta={"csrf": False})
            return bool(form.validate_on_submit()) and form.starts.data == date.fromisoformat(first)

    assert (sent("2026-02-23"), sent("0026-02-23")) == (True, False)
    for file in (ROOT / "kiosk").rglob("*.py"):
        if file.name != "forms.py" or file.parent.name != "core":
            assert "DateField" not in "".join(
                line for line in file.read_text("utf-8").splitlines() if line.startswith("from wtforms")
            ), file
