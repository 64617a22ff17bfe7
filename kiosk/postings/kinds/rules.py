"""The kind `rules` (规章制度): a rule by which the school works, as a text or a link to it."""

from kiosk.core.field import Day, Line, Paragraphs
from kiosk.core.i18n import lazy
from kiosk.core.room import Asked, Switch
from kiosk.postings.permissions import APPROVE_POSTINGS, WRITE_RULES
from kiosk.postings.queries import Kind

LINK = Line(
    name="link",
    label=lazy("Where it stands in full (link)"),
    longest=300,
    pattern=r"https?://[^\s<>\"']+",
    wrong=lazy("Please enter an address that begins with https:// or http://."),
)
RULES = Kind(
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
    approves=APPROVE_POSTINGS,
    days=31,
    switch=Switch(
        "rules",
        lazy("Rules on the wall"),
        (
            Asked(
                lazy("Whoever looks after the rules"),
                lazy("Posts the rules by which the school works, and each new version."),
            ),
            Asked(
                lazy("Head of logistics, principal or school council"),
                lazy("Approve or return what another person wrote."),
            ),
        ),
    ),
)
