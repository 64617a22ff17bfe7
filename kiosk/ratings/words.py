"""What the record's codes of this room are called when people read them."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Words
from kiosk.ratings.models import DEPUTIES, MARKS

WORDS = Words(
    subjects={
        "ratings": lazy("Ratings"),
        "alert": lazy("Alert"),
    },
    actions={
        "alert.acknowledged": lazy("Alert acknowledged"),
        "marks.decided": lazy("Doubtful ratings decided"),
        "meal.closed": lazy("Meal closed"),
        "ratings.sealed": lazy("Ratings sealed"),
        "comments.erased": lazy("Old comments erased"),
        "sentence.said": lazy("Counter's sentence published"),
        "sentence.taken_back": lazy("Counter's sentence taken back"),
        "comment.erased": lazy("A comment erased for its writer"),
    },
    fields={
        "counter": lazy("Counter"),
        "count": lazy("Ratings"),
        "day": lazy("Day"),
        "meal": lazy("Meal"),
        "burst": lazy("Marked: unusually many at once"),
        "fresh_visitors": lazy("Marked: unusually many new visitors"),
        "mark": lazy("Mark"),
        "reason": lazy("Why"),
        "ratings": lazy("Ratings"),
        "notes": lazy("Notes"),
        "marks": lazy("Marks"),
        "counts": lazy("Ratings, notes, marks"),
        "week": lazy("Week from"),
        "post": lazy("Responsible post"),
        "deputy": lazy("In the post's name"),
        "text": lazy("What the counter says"),
        "entry": lazy("Instead of entry No."),
        "digest": lazy("Seal"),
    },
    of_action={
        "marks.decided": {"number": lazy("Ratings decided"), "counted": lazy("Counted again")},
        "comments.erased": {"number": lazy("Comments erased"), "before": lazy("Before")},
        "alert.acknowledged": {"bad": lazy("Bad ratings"), "total": lazy("Of ratings")},
    },
    values={
        "mark": MARKS,
        "deputy": DEPUTIES,
    },
    passed_on={"sentence.said": frozenset({"text"})},
    plain=frozenset({"counter", "meal", "mark", "deputy"}),
)
