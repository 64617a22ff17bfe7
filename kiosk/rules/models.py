"""Tables of rules. What was published, said, answered or voted never changes (triggers, migration 0044)."""

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.core import field
from kiosk.core.db import BigKey, Model
from kiosk.core.i18n import LazyString, lazy
from kiosk.persons.models import Person

CONSULTATION, CONSULTED, FROZEN, APPROVED = "consultation", "consulted", "frozen", "approved"
IN_FORCE, SUPERSEDED, RETURNED, WITHDRAWN = "in_force", "superseded", "returned", "withdrawn"
DRAFTING, REPEALED = "drafting", "repealed"
REPLACED = "replaced"
NO_TEXT = '{"items":[],"repeals":'
"""How the content of a repeal begins; any other version has an article."""
STATES: dict[str, LazyString] = {
    DRAFTING: lazy("being drafted"),
    CONSULTATION: lazy("in consultation"),
    CONSULTED: lazy("was in consultation"),
    FROZEN: lazy("frozen, to be voted on"),
    APPROVED: lazy("approved, not in force yet"),
    IN_FORCE: lazy("in force"),
    SUPERSEDED: lazy("superseded"),
    REPEALED: lazy("repealed"),
    RETURNED: lazy("sent back"),
    WITHDRAWN: lazy("withdrawn"),
}
"""How a rule, or a version of it, can stand."""

ADOPTED, PARTLY, NOT = "adopted", "partly", "not"
OUTCOMES: dict[str, LazyString] = {
    ADOPTED: lazy("adopted"),
    PARTLY: lazy("adopted in part"),
    NOT: lazy("not adopted"),
}
PHONE, BOARD, PAPER = "phone", "board", "paper"
CHANNELS: dict[str, LazyString] = {
    PHONE: lazy("by phone or computer"),
    BOARD: lazy("from the board"),
    PAPER: lazy("on paper, typed in by the office"),
}

TITLE = field.Line(
    name="title", label=lazy("What the rule is called"), longest=60, missing=lazy("Please enter a title.")
)
SLUG = field.Line(
    name="slug",
    label=lazy("Its address"),
    longest=40,
    pattern=r"[a-z][a-z0-9-]{1,39}",
    wrong=lazy("Please write 2 to 40 small letters, digits and dashes, a letter first."),
    hint=lazy("Its address begins with /rules/ and never changes. Left empty, it is made from the title."),
)
HEADING = field.Line(name="heading", label=lazy("Heading (may be empty)"), longest=60)
TEXT = field.Paragraphs(
    name="text",
    label=lazy("Text"),
    longest=6_000,
    hint=lazy("Markdown: **bold**, lists, tables. A line of --- alone splits the article there."),
)
WHY = field.Paragraphs(
    name="why",
    label=lazy("Why, and what is new: everybody reads this"),
    longest=1_000,
    missing=lazy("Please say why."),
    least=field.SAYS_SOMETHING,
)
REASON = field.Line(
    name="reason",
    label=lazy("Why? Everybody reads this."),
    longest=200,
    missing=lazy("Please say why."),
    least=field.A_WORD,
)
OPINION = field.Paragraphs(
    name="text",
    label=lazy("Your opinion"),
    longest=1_000,
    missing=lazy("Please write your opinion."),
    least=field.A_WORD,
)
ANSWER = field.Paragraphs(
    name="text",
    label=lazy("Why: everybody reads this"),
    longest=1_000,
    missing=lazy("Please say why; everybody reads it."),
    least=field.SAYS_SOMETHING,
)
UNTIL = field.Day(name="until", label=lazy("Opinions are taken until"), missing=lazy("Please enter a day."))
SINCE = field.Day(
    name="since", label=lazy("In force from, once approved"), missing=lazy("Please say from which day.")
)
REPEALED_FROM = field.Day(
    name="since",
    label=lazy("Not in force any more from, once decided"),
    missing=lazy("Please say from which day."),
)
HELD = field.Day(name="held_on", label=lazy("Day of the session"), missing=lazy("Please enter a day."))


class Rule(Model):
    """A rule (规程) of the school or of a team; what it says stands in its versions, and in its draft."""

    __tablename__ = "rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = SLUG.column(unique=True)
    title: Mapped[str] = TITLE.column()
    """As the newest version or draft has it."""
    team: Mapped[str] = mapped_column(String(40), default="")
    """The name of the team whose rule it is; empty: the school's."""
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(40))

    versions: Mapped[list["RuleVersion"]] = relationship(back_populates="rule", order_by="RuleVersion.number")
    draft: Mapped["RuleDraft | None"] = relationship(back_populates="rule")


class RuleDraft(Model):
    """What is being written: the next version, until it is approved or dropped.

    `items` are chapters, articles and further texts in their order (`queries.articles.Item`).
    """

    __tablename__ = "rule_draft"

    rule_id: Mapped[int] = mapped_column(ForeignKey("rule.id"), primary_key=True, autoincrement=False)
    title: Mapped[str] = TITLE.column()
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    revision: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(40))
    changed_name: Mapped[str] = mapped_column(String(40))

    rule: Mapped[Rule] = relationship(back_populates="draft")


class RuleVersion(Model):
    """A text that everybody can read, with its number; the text and its hash never change.

    What happened to it stands beside it as days: put to consultation until, frozen, approved, in force since;
    or how it ended before that (`returned`, `withdrawn`, `replaced` by the next text of the same draft).
    """

    __tablename__ = "rule_version"
    __table_args__ = (UniqueConstraint("rule_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("rule.id"))
    number: Mapped[int]
    title: Mapped[str] = TITLE.column()
    content: Mapped[str] = mapped_column(Text)
    """Canonical JSON; its bytes are what is voted."""
    hash: Mapped[str] = mapped_column(String(64))
    why: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime]
    published_by: Mapped[str] = mapped_column(String(40))
    consult_from: Mapped[date | None]
    consult_until: Mapped[date | None]
    frozen_on: Mapped[date | None]
    approved_on: Mapped[date | None]
    since: Mapped[date | None]
    ended_on: Mapped[date | None]
    ended_how: Mapped[str] = mapped_column(String(10), default="")
    ended_why: Mapped[str] = mapped_column(String(200), default="")
    chain_seq: Mapped[int] = mapped_column(BigKey)

    rule: Mapped[Rule] = relationship(back_populates="versions")

    @property
    def repeals(self) -> int | None:
        """The number of the version that ends with it, if it is no text but the repeal of the rule."""
        return json.loads(self.content)["repeals"] if self.content.startswith(NO_TEXT) else None

    @property
    def is_open(self) -> bool:
        """Whether it is on its way: neither ended nor approved."""
        return not self.ended_how and self.approved_on is None


class RuleWindow(Model):
    """The secret under which those who say something on a rule are told apart; it goes with the consultation.

    From then on nothing tells who said what.
    """

    __tablename__ = "rule_window"

    rule_id: Mapped[int] = mapped_column(ForeignKey("rule.id"), primary_key=True, autoincrement=False)
    key: Mapped[bytes] = mapped_column(LargeBinary(32))
    opened_at: Mapped[datetime]


class RuleVoice(Model):
    """Which browser is which voice on a rule, hashed under its window's key; it goes with the window."""

    __tablename__ = "rule_voice"
    __table_args__ = (UniqueConstraint("rule_id", "mark"), UniqueConstraint("rule_id", "number"))

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("rule.id"))
    number: Mapped[int]
    mark: Mapped[str] = mapped_column(String(64))


class Opinion(Model):
    """What somebody said on an article, by the article's key, or on the whole (""). Never changed.

    The words stand in the record alone (`chain_seq`), so that they can be erased there.
    """

    __tablename__ = "rule_opinion"
    __table_args__ = (
        Index(None, "rule_id", "article"),
        UniqueConstraint("rule_id", "number"),
        UniqueConstraint("rule_id", "words"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("rule.id"))
    number: Mapped[int]
    version: Mapped[int]
    article: Mapped[str] = mapped_column(String(12))
    voice: Mapped[int]
    """By which everybody knows who it was on this rule (意见人 3)."""
    channel: Mapped[str] = mapped_column(String(10))
    given_at: Mapped[datetime]
    words: Mapped[str] = mapped_column(String(64))
    """Voice, article and words as a hash under the window's key: said twice, it stands here once."""
    chain_seq: Mapped[int] = mapped_column(BigKey)

    rule: Mapped[Rule] = relationship()
    answers: Mapped[list["OpinionAnswer"]] = relationship(
        order_by="OpinionAnswer.id", back_populates="opinion"
    )


class OpinionAnswer(Model):
    """What was decided about an opinion; a later one follows and the earlier stays. Why is in the record."""

    __tablename__ = "rule_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    opinion_id: Mapped[int] = mapped_column(ForeignKey("rule_opinion.id"), index=True)
    outcome: Mapped[str] = mapped_column(String(10))
    articles: Mapped[list[str]] = mapped_column(JSON)
    """The keys of the articles that change because of it."""
    answered_at: Mapped[datetime]
    chain_seq: Mapped[int] = mapped_column(BigKey)

    opinion: Mapped[Opinion] = relationship(back_populates="answers")

    @property
    def outcome_label(self) -> LazyString:
        """In words."""
        return OUTCOMES[self.outcome]


class RuleVote(Model):
    """A vote of the council by show of hands: the roll, the counts, the hash of what was voted on.

    It counts once a member who was there, and did not write it down, has confirmed it.
    """

    __tablename__ = "rule_vote"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("rule_version.id"), index=True)
    held_on: Mapped[date]
    hash: Mapped[str] = mapped_column(String(64))
    members: Mapped[int]
    in_favour: Mapped[int]
    against: Mapped[int]
    abstained: Mapped[int]
    passed: Mapped[bool]
    quorum: Mapped[int]
    """How many had to be there, by the rule of that day."""
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]
    """A member who was there says that it is not as it was: it is written down anew."""
    chain_seq: Mapped[int] = mapped_column(BigKey)

    version: Mapped[RuleVersion] = relationship()
    roll: Mapped[list["RuleVoteMember"]] = relationship(order_by="RuleVoteMember.id")
    recorder: Mapped[Person] = relationship(foreign_keys=recorded_by, lazy="joined")
    confirmer: Mapped[Person | None] = relationship(foreign_keys=confirmed_by, lazy="joined")

    @property
    def present(self) -> list["RuleVoteMember"]:
        """Who was there."""
        return [one for one in self.roll if one.present]


class RuleVoteMember(Model):
    """A member of the council on the roll of a vote, there or not. Never changed."""

    __tablename__ = "rule_vote_member"
    __table_args__ = (UniqueConstraint("vote_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("rule_vote.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    present: Mapped[bool]

    person: Mapped[Person] = relationship(lazy="joined")


class Citation(Model):
    """That a case or a commitment goes by an article of a version; it is taken back and never removed."""

    __tablename__ = "rule_citation"
    __table_args__ = (Index(None, "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(40))
    """`case:12`, `commitment:5`."""
    version_id: Mapped[int] = mapped_column(ForeignKey("rule_version.id"))
    article: Mapped[str] = mapped_column(String(12))
    cited_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    chain_seq: Mapped[int] = mapped_column(BigKey)

    version: Mapped[RuleVersion] = relationship(lazy="joined")
