"""What rooms keep in memory while an application runs; it ends with the application."""

from collections.abc import Callable
from typing import Generic, TypeVar, cast

from kiosk.core.web.application import KioskApp, running

Kept = TypeVar("Kept")


class Memory(Generic[Kept]):
    """Something of which each application has its own, made when it is first asked for."""

    def __init__(self, make: Callable[[KioskApp], Kept]) -> None:
        self._make = make

    def of(self, app: KioskApp | None = None) -> Kept:
        """What this application keeps: the running one if none is named."""
        app = app or running()
        if self not in app.memory:
            app.memory.setdefault(self, self._make(app))
        return cast("Kept", app.memory[self])
