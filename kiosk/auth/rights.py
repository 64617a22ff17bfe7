"""The table of who may do what, as the repository keeps it for readers."""

from kiosk.auth.models import ROLES
from kiosk.auth.queries import rights
from kiosk.core.security import Reach

SIGNS = {Reach.ANYWHERE: "●", Reach.PLACE: "◐", Reach.SCHOOL: "○"}
"""How far a right reaches for a role that is held at some canteens or counters only."""
HEAD = """# Who may do what

Made by `make translations` from the permissions that the rooms declare; a test holds it up to date.
● with the role, wherever it is held · ◐ at the canteens and counters for which it is held · ○ only with the
role for the whole school.

"""


def markdown() -> str:
    """Every right by role, as a table in Markdown."""
    rows = [("Right", *ROLES), ("---", *("---" for _role in ROLES))]
    rows += [
        (f"`{right.name}`", *(SIGNS[right.reach] if role in right.roles else "" for role in ROLES))
        for right in rights()
    ]
    return HEAD + "".join(f"| {' | '.join(row)} |\n" for row in rows)
