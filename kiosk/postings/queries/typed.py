"""What a kind hands in whose rows SQL must add up, or that is written and read on pages of its own."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kiosk.core.actor import Actor
from kiosk.core.i18n import Text
from kiosk.postings.models import Posting, PostingDraft, PostingVersion

Texts = dict[str, str]
"""What was typed, by the names of inputs."""


@dataclass
class Reading:
    """What typed texts mean: values by name, rows without empty ones, and what is wrong, by place."""

    fields: dict[str, Any] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    errors: dict[Any, Text] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """How versions stand in the record that were posted before their kind was one of postings.

    Their entries have other `actions` and another `subject` (asked by the posting's number), and tell the
    content itself in the place of its hash. `differences` names what of a stored content is another than an
    entry's `after` tells: (row from 1 on or 0, name of a field or of a column).
    """

    actions: tuple[str, ...]
    subject: Callable[[int], str]
    differences: Callable[[Mapping[str, Any], Mapping[str, Any]], Iterator[tuple[int, str]]]


@dataclass(frozen=True, kw_only=True)
class Typed:
    """How rows of a kind stand in tables of its room, too; the content of a version stays what counts.

    `kept` are typed rows as a draft keeps them, `read` what a draft means. When it is posted, `settle` enters
    what is new in it and gives the reading that is posted, and `fill` writes the tables, all in one
    transaction; `empty` takes out of them what is withdrawn. `texts` are the fields and rows of a version as
    they would be typed now: a correction begins with them. What is not said is as for any other kind.
    """

    fill: Callable[[PostingVersion, Reading], None]
    empty: Callable[[Posting], None]
    kept: Callable[[Sequence[Mapping[str, str]]], list[Texts]] | None = None
    read: Callable[[PostingDraft], Reading] | None = None
    settle: Callable[[Actor, PostingDraft, Reading], Reading] | None = None
    texts: Callable[[PostingVersion], tuple[Texts, list[Texts]]] | None = None
    earlier: Earlier | None = None


@dataclass(frozen=True, kw_only=True)
class Pages:
    """Pages of a kind's own: the addresses where one is begun, and where the draft of a number is written.

    Its editor may save itself every few seconds; then only some of its saves leave a trace. `public` and
    `office` are the templates that show a `version`, with `own`: what `context` says of all versions.
    """

    begins: str
    writes: Callable[[int], str]
    public: str
    office: str
    context: Callable[[Sequence[PostingVersion]], dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Data:
    """Open data in columns of a kind's own: labels by name, and the rows of what stands for some days."""

    columns: Mapping[str, Text]
    rows: Callable[[date, date], Iterator[dict[str, Any]]]
