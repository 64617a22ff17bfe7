"""Tables of postings. A posting, a version and a withdrawal never change (triggers, migration 0015).

A question on it never changes either; only the case into which it went is written beside it, once.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.cases.models import Case
from kiosk.core import field
from kiosk.core.db import BigKey, Model
from kiosk.core.i18n import lazy
from kiosk.counters.models import Canteen, Counter
from kiosk.staff.models import Post

REASON = field.Line(
    name="reason",
    label=lazy("Why is it corrected?"),
    longest=200,
    least=field.A_WORD,
    hint=lazy("Everybody reads this beside the posting."),
)
ATTACHED = field.Line(
    name="attachment_name",
    label=lazy("What the attachment is called"),
    longest=80,
    missing=lazy("Please give every attachment a name."),
)
WITHDRAWAL = field.Line(
    name="reason",
    label=lazy("Why is it withdrawn?"),
    longest=200,
    missing=lazy("Please say why. Everybody who opens the address will read it."),
    least=field.A_WORD,
)


QUESTION = field.Paragraphs(
    name="text",
    label=lazy("Your question"),
    longest=500,
    missing=lazy("Please write your question."),
)


class Posting(Model):
    """Something posted, or drafted, of one kind, for one place and, where its kind has a rhythm, one period.

    What it says stands in its versions. Without canteen and counter it is the whole school's.
    """

    __tablename__ = "posting"
    __table_args__ = (Index(None, "kind", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    canteen_id: Mapped[int | None] = mapped_column(ForeignKey("canteen.id"))
    counter_id: Mapped[int | None] = mapped_column(ForeignKey("counter.id"))
    period: Mapped[str] = mapped_column(String(20), default="")
    created_at: Mapped[datetime]

    canteen: Mapped[Canteen | None] = relationship(lazy="joined")
    counter: Mapped[Counter | None] = relationship(lazy="joined")
    versions: Mapped[list["PostingVersion"]] = relationship(
        back_populates="posting", order_by="PostingVersion.version.desc()"
    )
    draft: Mapped["PostingDraft | None"] = relationship(back_populates="posting")
    withdrawal: Mapped["PostingWithdrawal | None"] = relationship(lazy="joined")

    @property
    def is_discarded(self) -> bool:
        """Whether its draft was thrown away before anything was posted. Its number is never another's."""
        return self.draft is None and not self.versions

    @property
    def place(self) -> Canteen | Counter | None:
        """Whose it is; None: the whole school's."""
        return self.counter or self.canteen


class PostingDraft(Model):
    """What is written and not posted yet: of a new posting, or of a correction."""

    __tablename__ = "posting_draft"

    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"), primary_key=True, autoincrement=False)
    fields: Mapped[dict[str, str]] = mapped_column(JSON)
    """The fields of the posting by name, as they were typed."""
    rows: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    """Its rows, each by the names of its columns, as they were typed."""
    is_nothing: Mapped[bool] = mapped_column(default=False, server_default=false())
    """It says that there is nothing to post for its period."""
    reason: Mapped[str] = REASON.column()
    attachments: Mapped[list[int]] = mapped_column(JSON, default=list, server_default="[]")
    """The numbers of its attachments, in their order."""
    revision: Mapped[int] = mapped_column(default=0)
    """How often it was saved, so that two windows cannot overwrite each other silently."""
    writers: Mapped[list[int]] = mapped_column(JSON)
    """The numbers of the persons who wrote in it: none of them decides about it."""
    changed_by: Mapped[str] = mapped_column(String(40))
    changed_name: Mapped[str] = mapped_column(String(40), default="")
    changed_at: Mapped[datetime]
    proposed: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What was proposed last, as the content of its approval says it; None while nothing was."""

    posting: Mapped[Posting] = relationship(back_populates="draft")


class PostingVersion(Model):
    """A version as it was posted."""

    __tablename__ = "posting_version"
    __table_args__ = (UniqueConstraint("posting_id", "version"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"), index=True)
    version: Mapped[int]
    content: Mapped[str] = mapped_column(Text)
    """Everything that is public of it, as canonical JSON (`queries.contents`)."""
    hash: Mapped[str] = mapped_column(String(64))
    """The SHA-256 of the content, which stands in the chain."""
    posted_by: Mapped[str] = mapped_column(String(40))
    posted_at: Mapped[datetime] = mapped_column(index=True)
    hangs_until: Mapped[date] = mapped_column(index=True)
    """The last day on which it stands on the board."""
    chain_seq: Mapped[int] = mapped_column(BigKey)

    posting: Mapped[Posting] = relationship(back_populates="versions")


class PostingWithdrawal(Model):
    """That a posting was withdrawn, and why; its address, versions and hashes stay."""

    __tablename__ = "posting_withdrawal"

    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"), primary_key=True, autoincrement=False)
    reason: Mapped[str] = WITHDRAWAL.column()
    withdrawn_by: Mapped[str] = mapped_column(String(40))
    withdrawn_at: Mapped[datetime] = mapped_column(index=True)
    chain_seq: Mapped[int] = mapped_column(BigKey)


class PostingDuty(Model):
    """Which post answers for the postings of a kind: of a place, or, without one, of every other place."""

    __tablename__ = "posting_duty"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), index=True)
    canteen_id: Mapped[int | None] = mapped_column(ForeignKey("canteen.id"))
    counter_id: Mapped[int | None] = mapped_column(ForeignKey("counter.id"))
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))

    post: Mapped[Post] = relationship(lazy="joined")


class PostingImport(Model):
    """A file that was read for a kind; nothing of it is in a draft until somebody confirms it."""

    __tablename__ = "posting_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    canteen_id: Mapped[int | None] = mapped_column(ForeignKey("canteen.id"))
    counter_id: Mapped[int | None] = mapped_column(ForeignKey("counter.id"))
    period: Mapped[str] = mapped_column(String(20))
    file_name: Mapped[str] = mapped_column(String(120))
    digest: Mapped[str] = mapped_column(String(64), index=True)
    """The SHA-256 of the file, so that the same file is noticed when it comes again."""
    read: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What was recognised (`reading.Preview`), emptied when it is confirmed."""
    posting_id: Mapped[int | None]
    """The posting whose draft it went into."""
    created_by: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]

    canteen: Mapped[Canteen | None] = relationship(lazy="joined")
    counter: Mapped[Counter | None] = relationship(lazy="joined")

    @property
    def place(self) -> Canteen | Counter | None:
        """Whose it is for; None: the whole school's."""
        return self.counter or self.canteen


class QuestionWindow(Model):
    """That questions on a posting are open, and the secret under which its askers are told apart.

    The row goes when the time for questions is over; from then on nothing tells who asked what.
    """

    __tablename__ = "question_window"

    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"), primary_key=True, autoincrement=False)
    key: Mapped[bytes] = mapped_column(LargeBinary(32))
    opened_at: Mapped[datetime]


class QuestionAsker(Model):
    """Which browser is which asker of a posting, hashed under its window's key; it goes with the window."""

    __tablename__ = "question_asker"
    __table_args__ = (UniqueConstraint("posting_id", "mark"), UniqueConstraint("posting_id", "number"))

    id: Mapped[int] = mapped_column(primary_key=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"))
    number: Mapped[int]
    mark: Mapped[str] = mapped_column(String(64))


class Question(Model):
    """A question on a line of a posting (质询). What was asked stands in the record alone (`chain_seq`)."""

    __tablename__ = "question"
    __table_args__ = (Index(None, "posting_id", "alike_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"))
    version: Mapped[int]
    """The version of the posting that was read."""
    row: Mapped[int]
    """The line of that version, counted from 1; 0: the posting as a whole."""
    asker: Mapped[int]
    """The asker's number among those of this posting, by which everybody knows them (提问人 3)."""
    asked_at: Mapped[datetime]
    words: Mapped[str] = mapped_column(String(64))
    """The words without spaces and punctuation, as a hash under the window's key."""
    alike_id: Mapped[int | None] = mapped_column(ForeignKey("question.id"), index=True)
    """The earlier question on the same line with the same words, with which it is answered."""
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """The hash of the asker's private address."""
    chain_seq: Mapped[int] = mapped_column(BigKey)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    """The case in which it is answered; None: it waits for its turn, or goes with the one it is like."""

    case: Mapped[Case | None] = relationship()
    alike: Mapped["Question | None"] = relationship(remote_side=id)
