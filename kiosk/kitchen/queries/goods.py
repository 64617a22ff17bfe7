"""Papers that came with goods and batches, and which of them end."""

from datetime import date, timedelta

from sqlalchemy import select

from kiosk.attachments.models import Attachment
from kiosk.attachments.queries import attachments
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.kitchen.models import GoodsCertificate
from kiosk.kitchen.settings import GOODS_SOON
from kiosk.school import queries as school

MOST = 200


def goods() -> list[GoodsCertificate]:
    """The papers of goods that are still there, the first to end first."""
    query = select(GoodsCertificate).where(GoodsCertificate.ended_at.is_(None))
    return list(session.scalars(query.order_by(GoodsCertificate.until, GoodsCertificate.id)))


def goods_ended() -> list[GoodsCertificate]:
    """Those of goods that are used up, the newest first."""
    query = select(GoodsCertificate).where(GoodsCertificate.ended_at.is_not(None))
    return list(session.scalars(query.order_by(GoodsCertificate.id.desc()).limit(MOST)))


def goods_certificate(number: int) -> GoodsCertificate:
    """The paper with this number, or NotFound."""
    found = session.get(GoodsCertificate, number)
    if found is None:
        raise NotFound
    return found


def goods_ending(today: date) -> list[GoodsCertificate]:
    """Those that ended or soon will, as the school's setting says."""
    last = today + timedelta(days=school.settings()[GOODS_SOON])
    return [one for one in goods() if one.until <= last]


def goods_photos(found: GoodsCertificate) -> list[Attachment]:
    """The pictures of a paper."""
    return attachments(f"goods:{found.id}")
