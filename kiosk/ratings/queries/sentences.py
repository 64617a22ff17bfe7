"""What counters say in a week, and whether it stands as the record says."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import Erased, Finding, KnownHead, bodies_of, read_body
from kiosk.core.db import session
from kiosk.core.i18n import Text
from kiosk.counters.models import Counter
from kiosk.ratings.models import DEPUTIES, CounterSentence
from kiosk.ratings.queries.taking_up import monday

SAID, TAKEN_BACK = "sentence.said", "sentence.taken_back"


class Said(NamedTuple):
    """A counter's sentence: its words, the post (empty: the head's), when, and its entry in the record.

    `deputy` is who said it in the post's name, one of DEPUTIES; empty: its holder.
    """

    text: str
    post: str
    at: datetime
    seq: int
    deputy: str = ""

    @property
    def deputy_label(self) -> Text:
        """Who said it in the post's name, in words."""
        return DEPUTIES.get(self.deputy, self.deputy)


def sentences(day: date) -> dict[int, Said]:
    """What the counters say in the week of a day, by the counter's number; who says nothing is missing."""
    newest = select(func.max(CounterSentence.id)).where(CounterSentence.week == monday(day))
    query = select(CounterSentence).where(
        CounterSentence.id.in_(newest.group_by(CounterSentence.counter_id)), CounterSentence.says
    )
    rows = {one.chain_seq: one for one in session.scalars(query)}
    told = {seq: body.get("after") or {} for seq, body in bodies_of(rows).items()}
    return {
        rows[seq].counter_id: Said(text, rows[seq].post, rows[seq].said_at, seq, after.get("deputy", ""))
        for seq, after in told.items()
        if (text := after.get("text")) and not isinstance(text, Erased)
    }


def sentence(counter: Counter, day: date) -> Said | None:
    """What a counter says in the week of a day."""
    return sentences(day).get(counter.id)


def sentence_before(counter: Counter, day: date) -> Said | None:
    """What it said in the week before."""
    return sentence(counter, day - timedelta(days=7))


def recount_sentences() -> Iterator[Finding]:
    """Every sentence that is not as the record tells it, and every entry whose row is gone."""
    query = select(ChainEntry.seq, ChainEntry.body).where(ChainEntry.action.in_((SAID, TAKEN_BACK)))
    entries = {seq: read_body(body) for seq, body in session.execute(query)}
    rows = select(CounterSentence, Counter.code).join(Counter, Counter.id == CounterSentence.counter_id)
    for row, code in session.execute(rows.order_by(CounterSentence.id)):
        body = entries.pop(row.chain_seq, {})
        stored = (f"counter:{code}", SAID if row.says else TAKEN_BACK, row.week.isoformat())
        told = (body.get("subject"), body.get("action"), (body.get("after") or {}).get("week"))
        if told != stored:
            yield Finding("sentence", str(row.id), "altered" if body else "unknown")
    for seq, body in sorted(entries.items()):
        yield Finding("sentence", str(body["subject"]).partition(":")[2], "missing", f"entry {seq}")


def sentence_heads() -> Iterator[KnownHead]:
    """The entries that sentences point to: a record that ends before them was cut."""
    for number, seq in session.execute(select(CounterSentence.id, CounterSentence.chain_seq)):
        yield KnownHead(seq, "", f"sentence {number}")
