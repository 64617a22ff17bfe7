"""A release, and what all of them say alike: names, places, days, money."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any, NamedTuple

from kiosk.core.formats import fen_to_text
from kiosk.school import queries as school
from kiosk.school.settings import NAME

Json = dict[str, Any]
BATCH = 200
"""Tenders, payments or sheets that are read at once: an export of years takes the memory of one of days."""
SCHOOL = "school"


class Place(NamedTuple):
    """Where things stand: the ocid's prefix, and the server's address, empty where none is known."""

    prefix: str
    address: str

    def ocid(self, number: int) -> str:
        """The name of a tender's process, for good."""
        return f"{self.prefix}-{number}"

    def uri(self, path: str) -> str | None:
        """A page as the world reaches it."""
        return f"{self.address}{path}" if self.address else None


class Party(NamedTuple):
    """With whom a contract is: the same name for the same one in every release."""

    id: str
    name: str

    @property
    def told(self) -> Json:
        """As a release names it."""
        return self._asdict()


class Under(NamedTuple):
    """The contract under which money flows: its number, its tender's, and with whom it is."""

    contract: int
    tender: int
    party: Party

    @property
    def named(self) -> Json:
        """The contract's own name, and its award's: what every release about it begins with."""
        return {"id": f"HT-{self.contract}", "awardID": f"{self.tender}-award"}


def buyer() -> Json:
    """The school, as a release names it."""
    return {"id": SCHOOL, "name": school.settings()[NAME]}


def release(
    place: Place, process: int, seq: int, at: datetime, tag: str, who: Iterable[Json] = (), /, **more: Any
) -> Json:
    """A release of the tender with this number, made of the record's entry `seq` of that moment."""
    ocid, own = place.ocid(process), buyer()
    return {
        "ocid": ocid,
        "id": f"{ocid}-{seq}",
        "date": told_moment(at),
        "tag": [tag],
        "initiationType": "tender",
        "language": "zh",
        "parties": [{**own, "roles": ["buyer", "procuringEntity"]}, *who],
        "buyer": own,
        **more,
    }


def told_moment(at: datetime) -> str:
    """A moment as the school's clocks show it, with its offset."""
    return school.local(at).isoformat(timespec="seconds")


def told_day(day: date) -> str:
    """The beginning of a day."""
    return datetime.combine(day, time(), school.zone()).isoformat(timespec="seconds")


def decimal(text: str) -> float:
    """A JSON number of a decimal text: up to fifteen digits are the same in both."""
    value = float(text.replace(",", ""))
    return int(value) if value.is_integer() else value


def yuan(fen: int) -> Json:
    """An amount of fen."""
    return {"amount": decimal(fen_to_text(fen)), "currency": "CNY"}


def parties(role: str, *organizations: Json) -> list[Json]:
    """These organisations in a role."""
    return [{**one, "roles": [role]} for one in organizations]


def transaction(
    place: Place, under: Under, seq: int, at: datetime, made: Json, *, is_new: bool = True
) -> Json:
    """A release that tells of money under a contract: for the first time, or anew."""
    contract = {**under.named, "implementation": {"transactions": [made]}}
    tag = "implementation" if is_new else "implementationUpdate"
    return release(
        place, under.tender, seq, at, tag, parties("supplier", under.party.told), contracts=[contract]
    )
