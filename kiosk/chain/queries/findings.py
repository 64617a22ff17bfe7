"""What verifying finds."""

from dataclasses import dataclass

WAITING = "waiting"
"""The problem of what the running server has still to do: nothing of it was changed."""


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was recorded: which row (`kind`, `place`), what is wrong (`problem`).

    The codes have their words in `sentences`; `detail` is said as it is; `seal` holds the row.
    """

    kind: str
    place: str
    problem: str
    detail: str = ""
    seal: int = 0

    @property
    def is_fault(self) -> bool:
        """Whether a row is not as it was recorded."""
        return self.problem != WAITING

    def __str__(self) -> str:
        """One line for a log or a program."""
        more = [f"seal {self.seal}"] * bool(self.seal) + [self.detail] * bool(self.detail)
        return f"{self.kind} {self.place}: {self.problem}" + (f" ({', '.join(more)})" if more else "")


@dataclass(frozen=True)
class KnownHead:
    """An entry that is known outside of the record: its number, its hash or how that begins, and from where.

    Without a hash only the number is known: something points to the entry.
    """

    seq: int
    hash: str
    source: str
