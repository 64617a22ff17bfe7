"""Papers of goods in the office: what holds until when, a picture of each, and what is used up."""

from flask import Blueprint, Response, render_template, url_for

from kiosk.attachments.queries import attachment
from kiosk.core import downloads
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.i18n import _
from kiosk.core.security import requires
from kiosk.core.web import actor
from kiosk.core.web.navigation import below
from kiosk.kitchen import queries, services
from kiosk.kitchen.doors import gate
from kiosk.kitchen.forms import GoodsForm
from kiosk.kitchen.models import PAPERS, GoodsCertificate
from kiosk.kitchen.permissions import NOTE_GOODS
from kiosk.kitchen.photos import photos, with_photos
from kiosk.school import queries as school

blueprint = Blueprint("goods", __name__, url_prefix="/kitchen/goods")
blueprint.before_request(gate(queries.GOODS_CERTIFICATES))
blueprint.before_request(below("office.kitchen.index"))


@blueprint.route("/", methods=["GET", "POST"])
@requires(NOTE_GOODS)
@with_photos
def index() -> Answer:
    """The papers that hold, the first to end first; note a further one."""
    form = GoodsForm()
    if save(form, lambda: _noted(form)):
        return done(_("Noted. Its end is told in time."), url_for(".index"))
    today, found = school.today(), queries.goods()
    text = render_template(
        "office/kitchen/goods.html",
        form=form,
        found=found,
        photos={one.id: queries.goods_photos(one) for one in found},
        ending={one.id for one in queries.goods_ending(today)},
        ended=queries.goods_ended(),
        today=today,
        papers=PAPERS,
    )
    return page(text, form)


def _noted(form: GoodsForm) -> GoodsCertificate:
    values = {name: value for name, value in form.values().items() if name != "photo"}
    return services.note_goods(by=actor(), photos=photos("photo"), **values)


@blueprint.post("/<int:number>/settle")
@requires(NOTE_GOODS)
def settle(number: int) -> Answer:
    """The goods are used up, or a newer paper came."""
    services.settle_goods(by=actor(), found=queries.goods_certificate(number))
    return done(_("Noted."), url_for(".index"))


@blueprint.get("/<int:number>/photo/<int:photo_id>")
@requires(NOTE_GOODS)
def photo(number: int, photo_id: int) -> Response:
    """A picture of a paper."""
    one, data = attachment(photo_id, f"goods:{number}")
    return downloads.answer(data, one.media_type, f"paper-{one.id}")
