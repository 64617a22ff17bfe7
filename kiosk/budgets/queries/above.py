"""What rooms above hand down by their manifest (`Room.measures`): sources, missing papers, the chain.

A room that buys or pays hands in, under one of these names, a colon and its own name,
`SOURCES`: of texts of sources (`plan:3`) a mapping to what each is called and where it stands;
`PAPERS`: of the first and last day of a term the purchases whose papers lack something (`Lack`);
`CHAIN`: of the same days the numbers of the persons who had a place in the chain of a purchase.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import select

from kiosk.core.db import session
from kiosk.core.room import rooms
from kiosk.school.models import Term
from kiosk.steps import queries as steps
from kiosk.steps.models import Approval

SOURCES, PAPERS, CHAIN = "budget sources", "purchases without papers", "people of the chain"


class Source(NamedTuple):
    """What a move is for: what it is called, and the address of its page in the office ("" for none)."""

    title: str
    address: str = ""


class Lack(NamedTuple):
    """A purchase whose papers lack something: what it is called, what lacks, and its page in the office."""

    title: str
    lacks: str
    address: str = ""


def _handed(name: str) -> Iterator[Callable[..., Any]]:
    known = ((own, told) for room in rooms() for own, told in room.measures.items())
    return (told for own, told in known if own.startswith(f"{name}:"))


def sources(texts: Iterable[str]) -> dict[str, Source]:
    """What these sources are called and where they stand; one that nobody knows is called by its text."""
    wanted = sorted(set(texts))
    found = {text: Source(text) for text in wanted} | _by_ladder(wanted)
    for known in _handed(SOURCES):
        told: Mapping[str, Source] = known(wanted)
        found |= told
    return found


def _by_ladder(texts: list[str]) -> dict[str, Source]:
    """What was approved is called as its ladder says."""
    found = {}
    for one in session.scalars(select(Approval).where(Approval.subject.in_(texts))):
        if ladder := steps.ladder_of(one):
            address = ladder.address(one.subject) if ladder.address else ""
            found[one.subject] = Source(ladder.title(one.subject), address)
    return found


def lacking(term: Term) -> list[Lack]:
    """The purchases of a term whose papers lack something, as the rooms above tell."""
    return [lack for told in _handed(PAPERS) for lack in told(term.starts, term.ends)]


def people_of_purchases(term: Term) -> set[int]:
    """Who had a place in the chain of a purchase of a term, by number."""
    return {number for told in _handed(CHAIN) for number in told(term.starts, term.ends)}
