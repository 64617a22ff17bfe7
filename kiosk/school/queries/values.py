"""The settings in force, what is switched on, and what is stored but cannot be used."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from kiosk.core.db import session
from kiosk.core.i18n import Text
from kiosk.core.room import declared_settings
from kiosk.core.setting import Values
from kiosk.school.models import Setting
from kiosk.school.settings import IN_USE, RETIRED


def settings() -> Values:
    """The settings in force; read once for each session (one request, one command)."""
    values = session().info.get("settings")
    if not isinstance(values, Values):
        rows = session.execute(select(Setting.key, Setting.value)).all()
        values = Values({key: value for key, value in rows}, declared_settings())
        use_settings(values)
    return values


def use_settings(values: Values) -> None:
    """Let this session go by settings that are known to be in force."""
    session().info["settings"] = values


def in_use() -> Mapping[str, date]:
    """What the school has switched on, with the day from which its duties are due."""
    return settings()[IN_USE]


class Misfit(NamedTuple):
    """Something stored as a setting that cannot be used; without a `label` nothing of the name is known."""

    name: str
    label: Text | None


def misfits() -> list[Misfit]:
    """What is stored and cannot be used, so that another value is in force."""
    values = settings()
    unknown = [name for name in values.unknown() if name not in RETIRED]
    return [
        *(Misfit(setting.name, setting.label) for setting in values.unusable()),
        *(Misfit(name, None) for name in unknown),
    ]
