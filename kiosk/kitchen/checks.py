"""Whether food samples stand as the record says."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select

from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import Finding, KnownHead, read_body
from kiosk.core.db import session
from kiosk.kitchen.models import STEPS, FoodSample, FoodSampleStep


def recount() -> Iterator[Finding]:
    """Every sample and every step of one that the record does not tell so, and what it tells and is gone."""
    kept, told = _told()
    for one in session.scalars(select(FoodSample).order_by(FoodSample.id)):
        if (found := _wrong(one, kept.pop((one.chain_seq, one.dish), None))) is not None:
            yield Finding("food sample", str(one.id), found)
    yield from (Finding("food sample", dish, "missing", f"entry {seq}") for seq, dish in sorted(kept))
    steps = session.execute(select(FoodSampleStep.sample_id, FoodSampleStep.verb, FoodSampleStep.chain_seq))
    known = {(sample, verb, seq) for sample, verb, seq in steps}
    for number, verb, seq in sorted(known ^ told):
        is_there = (number, verb, seq) in known
        yield Finding("food sample", str(number), "unknown" if is_there else "missing", verb)


Told = dict[str, Any]


def _told() -> tuple[dict[tuple[int, str], Told], set[tuple[int, str, int]]]:
    """What the record tells: by entry and dish what was entered, and each step of a sample."""
    kept: dict[tuple[int, str], Told] = {}
    steps: set[tuple[int, str, int]] = set()
    actions = ["food_sample.kept", *(f"food_sample.{verb}" for verb in STEPS)]
    query = select(ChainEntry).where(ChainEntry.action.in_(actions)).order_by(ChainEntry.seq)
    for entry in session.scalars(query):
        after = read_body(entry.body).get("after") or {}
        if entry.action == "food_sample.kept":
            portions = zip(after["dishes"], after["grams"], strict=True)
            kept.update({(entry.seq, dish): {**after, "own": grams} for dish, grams in portions})
            kept.update({(entry.seq, dish): {**after, "own": 0} for dish in after["not_served"]})
        else:
            verb = entry.action.partition(".")[2]
            steps.update((number, verb, entry.seq) for number in after["samples"])
    return kept, steps


def _wrong(one: FoodSample, told: Told | None) -> str | None:
    """What is wrong with a row; None: nothing."""
    if told is None:
        return "unknown"
    fits = (
        told["day"] == one.day.isoformat(),
        told["meal"] == one.meal,
        (one.grams, one.is_kept) == (told["own"], told["own"] > 0),
        not one.is_kept or told["place"] == one.place,
        datetime.fromisoformat(told["until"]) == one.keep_until,
    )
    return None if all(fits) else "altered"


def heads() -> Iterator[KnownHead]:
    """The entries that samples and their steps point to."""
    for row, what in ((FoodSample, "food sample"), (FoodSampleStep, "step of food sample")):
        for number, seq in session.execute(select(row.id, row.chain_seq)):
            yield KnownHead(seq, "", f"{what} {number}")
