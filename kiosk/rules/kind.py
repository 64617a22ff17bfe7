"""The kind `rules` (规章制度): a rule that others made, or of old, posted as a text or a link to it.

What the school or a team makes itself is drafted in this room; both stand on the one list at `/rules/`.
"""

from kiosk.core.field import Day, Line, Paragraphs
from kiosk.core.i18n import lazy
from kiosk.postings.queries import Kind
from kiosk.rules.permissions import APPROVE_RULES, WRITE_RULES

LINK = Line(
    name="link",
    label=lazy("Where it stands in full (link)"),
    longest=300,
    pattern=r"https?://[^\s<>\"']+",
    wrong=lazy("Please enter an address that begins with https:// or http://."),
)
POSTED_RULES = Kind(
    slug="rules",
    label=lazy("Rules"),
    fields=(
        Line(name="title", label=lazy("Title"), longest=60, missing=lazy("Please enter a title.")),
        Paragraphs(
            name="text",
            label=lazy("Text"),
            longest=12_000,
            missing=lazy("Please write the text."),
            hint=lazy("The rule itself, or what it is about where the link leads to it."),
        ),
        LINK,
        Day(name="since", label=lazy("In force since"), back=80),
    ),
    heading="title",
    questions=True,
    drafts=WRITE_RULES,
    approves=APPROVE_RULES,
    days=31,
)
