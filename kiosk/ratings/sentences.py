"""What pages show of a counter's sentence of the week, and the form of whoever speaks for it."""

from typing import Any

from kiosk.core.actor import Actor
from kiosk.counters.models import Counter
from kiosk.ratings import queries, services
from kiosk.ratings.office_forms import SentenceForm
from kiosk.ratings.settings import HIDDEN_BELOW
from kiosk.school import queries as school


def of_counter(counter: Counter) -> dict[str, Any]:
    """The counter's sentence beside the score of the week; None: it says nothing."""
    today = school.today()
    said = queries.sentence(counter, today)
    return {
        "said": said,
        "counts": queries.counts(counter.id, queries.monday(today), today) if said else None,
        "hidden_below": school.settings()[HIDDEN_BELOW],
    }


def in_office(counter: Counter, by: Actor, form: SentenceForm | None = None) -> dict[str, Any]:
    """The form of whoever speaks for the counter; it begins with what is said, or was the week before."""
    if not services.may_speak(by, counter):
        return {"speaks": False}
    today = school.today()
    said = queries.sentence(counter, today)
    last = None if said else queries.sentence_before(counter, today)
    start = said or last
    form = form or SentenceForm(formdata=None, text=start.text if start else "")
    return {"speaks": True, "said": said, "last": last, "sentence_form": form}
