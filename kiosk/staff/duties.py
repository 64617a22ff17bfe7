"""What waits for whom of teams and posts: posts that nobody holds."""

from collections.abc import Iterator

from flask import url_for

from kiosk.auth.queries import is_work_of
from kiosk.core.actor import Actor
from kiosk.core.duty import WARN, Duties, Duty
from kiosk.core.i18n import _, ngettext
from kiosk.school import queries as school
from kiosk.staff import queries
from kiosk.staff.permissions import MANAGE_POSTS

MOST = 5
"""More posts without a holder than this share a line."""


def vacant(who: Actor) -> Iterator[Duty]:
    """Each post without a holder; many are one line."""
    found, mine = queries.vacant(school.today()), is_work_of(who, MANAGE_POSTS)
    if len(found) > MOST:
        text = ngettext("%(num)s post has no holder", "%(num)s posts have no holder", len(found))
        yield Duty("all", WARN, text, url_for("office.posts.index"), mine=mine)
        return
    for post in found:
        text = _("Post %(post)s of team %(team)s has no holder", post=post.name, team=post.team.name)
        yield Duty(str(post.id), WARN, text, url_for("office.posts.show", post_id=post.id), mine=mine)


DUTIES = (Duties("post", MANAGE_POSTS, vacant),)
