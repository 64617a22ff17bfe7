"""The sample school's term."""

from datetime import timedelta

from kiosk.core.samples import BY, Share, Span
from kiosk.school.services import save_term


def _furnish(span: Span) -> None:
    first = span.first
    save_term(by=BY, name="本学期", starts=first - timedelta(weeks=8), ends=first + timedelta(weeks=14))


SHARE = Share(furnish=_furnish)
