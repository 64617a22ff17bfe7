"""The kind `commendations` (好人好事): a good deed that somebody reported, by the post, never by the name."""

from kiosk.core.field import Day, Line, Paragraphs
from kiosk.core.i18n import lazy
from kiosk.postings.queries import Kind
from kiosk.thanks.permissions import COMMEND

TITLE = Line(name="title", label=lazy("In a few words"), longest=40, missing=lazy("Please enter a title."))
TEXT = Paragraphs(
    name="text",
    label=lazy("What happened"),
    longest=800,
    missing=lazy("Please write the text."),
    hint=lazy("Everybody reads this. Write the post and no name: the name is added where the person agreed."),
)
POST = Line(
    name="post",
    label=lazy("Whose deed, by the post"),
    longest=40,
    missing=lazy("Please say which post or team it was."),
)
DAY = Day(name="day", label=lazy("When it happened"), missing=lazy("Please enter a date."))

COMMENDATIONS = Kind(
    slug="commendations",
    label=lazy("Good deeds"),
    fields=(TITLE, TEXT, POST, DAY),
    heading="title",
    drafts=COMMEND,
    days=30,
)
