"""Is everything all right? Each sign is a question, its answer in a sentence, and what to do if it is no."""

from kiosk.core.config import Instance
from kiosk.core.i18n import _, listed
from kiosk.operation.signs import copies, machine, school, work
from kiosk.operation.signs.copies import FETCHED
from kiosk.operation.signs.school import POSTERS
from kiosk.operation.signs.sign import ALERT, GOOD, WARN, Sign

__all__ = ["ALERT", "FETCHED", "GOOD", "POSTERS", "WARN", "Sign", "alarms", "signs", "still_to_do"]


def signs(instance: Instance, from_files: list[Sign] | None = None) -> list[Sign]:
    """Every sign: what must be mended first, the rest in the order in which somebody would ask.

    `from_files` is what `alarms` gave of everything, for whoever has asked.
    """
    rows = [
        *(alarms(instance, everything=True) if from_files is None else from_files),
        copies.elsewhere(instance),
        work.record(instance),
        *work.jobs(instance),
        *work.messages(),
        machine.timepiece(instance),
        school.tablets(),
        school.posting(),
        *machine.addresses(instance),
        school.second_factor(),
        *school.settings(),
        machine.software(),
    ]
    rows = [work.closing(instance, sign) if sign.code == "ticker" else sign for sign in rows]
    return sorted(rows, key=lambda sign: (sign.state != ALERT, sign.state != WARN))


def still_to_do(titles: list[str]) -> str:
    """One sentence about all that is to be mended in time."""
    return str(_("Running. Still to do: %(what)s.", what=listed(titles)))


def alarms(instance: Instance, *, everything: bool = False) -> list[Sign]:
    """What must be mended at once, from files alone; with `everything` also what is well."""
    rows = [
        machine.disk(instance),
        copies.backup(instance),
        copies.check(instance),
        copies.drill(instance),
        work.ticker(instance),
    ]
    return [sign for sign in rows if everything or sign.state == ALERT]
