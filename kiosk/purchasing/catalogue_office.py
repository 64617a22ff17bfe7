"""Items and suppliers in the office: what the grid completes, and each item's prices."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.core.errors import Problem
from kiosk.core.forms import at_field
from kiosk.core.i18n import _
from kiosk.core.security import requires
from kiosk.core.web import user
from kiosk.purchasing import queries, services
from kiosk.purchasing.forms import ItemForm, SupplierForm
from kiosk.purchasing.models import ITEM_CLASSES
from kiosk.purchasing.permissions import EDIT_DRAFTS, VIEW_PURCHASES
from kiosk.purchasing.tabs import room
from kiosk.school import queries as school

blueprint = Blueprint("catalogue", __name__, url_prefix="/purchasing")
blueprint.context_processor(room)

Answer = Response | str | tuple[str, int]


@blueprint.get("/items")
@requires(VIEW_PURCHASES)
def items() -> str:
    """All items; search by name, part of a name or pinyin."""
    text = request.args.get("q", "")[:60]
    return render_template(
        "office/catalogue/items.html", text=text, items=queries.items(text, everything=True)
    )


@blueprint.get("/items/<int:item_id>")
@requires(VIEW_PURCHASES)
def item(item_id: int) -> str:
    """An item's prices beside the wholesale market's."""
    found = queries.item(item_id)
    return render_template(
        "office/catalogue/item.html",
        item=found,
        history=queries.price_history(item_id),
        market=queries.market_prices(found.name, school.today()),
    )


@blueprint.route("/items/<int:item_id>/edit", methods=["GET", "POST"])
@requires(EDIT_DRAFTS)
def item_edit(item_id: int) -> Answer:
    """Change an item's name, class, unit or whether it is offered."""
    found = queries.item(item_id)
    form = ItemForm(obj=found)
    if form.validate_on_submit():
        try:
            services.save_item(
                by=user(),
                item=found,
                name=form.name.data,
                item_class=form.item_class.data or "",
                specification=form.specification.data or "",
                unit=form.unit.data or "",
                active=form.active.data,
            )
        except Problem as problem:
            at_field(form, problem)
        else:
            flash(_("Stored."), "good")
            return redirect(url_for(".item", item_id=item_id))
    page = render_template("office/catalogue/item_edit.html", form=form, item=found, classes=ITEM_CLASSES)
    return page, 422 if form.errors else 200


@blueprint.get("/suppliers")
@requires(EDIT_DRAFTS)
def suppliers() -> str:
    """All suppliers."""
    return render_template("office/catalogue/suppliers.html", suppliers=queries.suppliers(everything=True))


@blueprint.route("/suppliers/new", methods=["GET", "POST"], defaults={"supplier_id": None})
@blueprint.route("/suppliers/<int:supplier_id>", methods=["GET", "POST"])
@requires(EDIT_DRAFTS)
def supplier(supplier_id: int | None) -> Answer:
    """Add a supplier, or change one. Contact and phone stay in the office."""
    found = queries.supplier(supplier_id) if supplier_id is not None else None
    form = SupplierForm(obj=found)
    if form.validate_on_submit():
        try:
            services.save_supplier(
                by=user(),
                supplier=found,
                name=form.name.data,
                contact=form.contact.data or "",
                phone=form.phone.data or "",
                licence=form.licence.data or "",
                active=form.active.data,
            )
        except Problem as problem:
            at_field(form, problem)
        else:
            flash(_("Stored."), "good")
            return redirect(url_for(".suppliers"))
    page = render_template("office/catalogue/supplier.html", form=form, supplier=found)
    return page, 422 if form.errors else 200
