"""The kind `notice` (公告): a title, a text, and until when it holds."""

from kiosk.core.field import Day, Line, Paragraphs
from kiosk.core.i18n import lazy
from kiosk.core.room import Asked, Switch
from kiosk.postings.permissions import APPROVE_NOTICES, WRITE_NOTICES
from kiosk.postings.queries import Kind

NOTICE = Kind(
    slug="notice",
    label=lazy("Notices"),
    fields=(
        Line(name="title", label=lazy("Title"), longest=60, missing=lazy("Please enter a title.")),
        Paragraphs(name="text", label=lazy("Text"), longest=4000, missing=lazy("Please write the text.")),
        Day(
            name="valid_until",
            label=lazy("Valid until"),
            hint=lazy("Empty: it stays on the board for a week."),
        ),
    ),
    heading="title",
    until="valid_until",
    questions=True,
    scopes=("school", "canteen"),
    drafts=WRITE_NOTICES,
    approves=APPROVE_NOTICES,
    confined=frozenset({"canteen_manager"}),
    switch=Switch(
        "notice",
        lazy("Notices"),
        (
            Asked(
                lazy("Whoever writes a notice"),
                lazy("Nothing is due: a notice is written when there is something to say."),
            ),
            Asked(
                lazy("Head of logistics, principal or school council"),
                lazy("Approve or return what another person wrote."),
            ),
        ),
    ),
)
