"""What the record's codes of this room are called when people read them."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Words
from kiosk.dining.models import ANSWERS, MARKS, ROLES, SOURCES

WORDS = Words(
    subjects={"dining": lazy("Eating with pupils"), "shared_meal": lazy("Shared meal")},
    actions={
        "dining.leader": lazy("Who eats with the pupils"),
        "dining.away": lazy("Days away noted for the roster"),
        "dining.turns": lazy("Roster of shared meals set"),
        "dining.swap_asked": lazy("Asked to swap a shared meal"),
        "dining.swap_answered": lazy("Answered about swapping a shared meal"),
        "dining.entered": lazy("Shared meal entered"),
        "dining.amended": lazy("Shared meal amended"),
        "dining.parents_opened": lazy("Parents' day opened"),
        "dining.parents_called_off": lazy("Parents' day called off"),
        "dining.parents_registered": lazy("Registered for a parents' day"),
        "dining.parents_cancelled": lazy("Place of a parents' day given back"),
        "dining.parents_forgotten": lazy("Names of parents' days erased"),
    },
    fields={
        **MARKS,
        "title": lazy("Post, as everybody reads it"),
        "weekdays": lazy("On which weekdays"),
        "eats": lazy("Eats with the pupils"),
        "first": lazy("First day"),
        "last": lazy("Last day"),
        "turns": lazy("Roster (day, meal, person)"),
        "source": lazy("Where it comes from"),
        "reason": lazy("Why"),
        "turn": lazy("Turn on the roster"),
        "in_return": lazy("Turn taken in return"),
        "day": lazy("Day"),
        "meal": lazy("Meal"),
        "whose": lazy("Whose it was"),
        "whom": lazy("Who is asked"),
        "answer": lazy("Answer"),
        "role": lazy("As what"),
        "name": lazy("Name"),
        "dishes": lazy("What was eaten"),
        "words": lazy("What pupils at the table said"),
        "concern": lazy("What has to be put right"),
        "paid": lazy("Paid (fen)"),
        "places": lazy("Places"),
        "price": lazy("Price (fen)"),
        "seat": lazy("Place no."),
        "number": lazy("Number"),
    },
    values={"source": SOURCES, "answer": ANSWERS, "role": ROLES},
    actors={"parent": lazy("A parent, without an account")},
    plain=frozenset({"turns", "source", "meal", "answer", "role"}),
)
