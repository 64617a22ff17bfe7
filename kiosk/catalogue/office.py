"""Items and suppliers in the office: what is suggested while one types."""

from flask import Blueprint, render_template, request, url_for

from kiosk.catalogue import queries, services
from kiosk.catalogue.forms import ItemForm, SupplierForm
from kiosk.catalogue.models import ITEM_CLASSES
from kiosk.catalogue.permissions import EDIT_CATALOGUE, VIEW_ITEMS
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.i18n import _
from kiosk.core.security import requires
from kiosk.core.web import account, actor

blueprint = Blueprint("catalogue", __name__, url_prefix="/purchasing")
"""Its pages stay at the addresses that they had as a part of purchasing."""


@blueprint.get("/items")
@requires(VIEW_ITEMS)
def items() -> str:
    """All items; search by name, part of a name or pinyin."""
    text = request.args.get("q", "")[:60]
    return render_template(
        "office/catalogue/items.html", text=text, items=queries.items(text, everything=True)
    )


@blueprint.get("/items/<int:item_id>")
@requires(VIEW_ITEMS)
def item(item_id: int) -> str:
    """An item, and what the rooms above show of it in the office."""
    found, who = queries.item(item_id), account()
    return render_template(
        "office/catalogue/item.html",
        item=found,
        may_edit=who is not None and who.may(EDIT_CATALOGUE),
    )


@blueprint.route("/items/<int:item_id>/edit", methods=["GET", "POST"])
@requires(EDIT_CATALOGUE)
def item_edit(item_id: int) -> Answer:
    """Change an item's name, class, unit or whether it is offered."""
    found = queries.item(item_id)
    form = ItemForm(obj=found)
    if save(form, lambda: services.save_item(by=actor(), item=found, **form.values())):
        return done(_("Stored."), url_for(".item", item_id=item_id))
    text = render_template("office/catalogue/item_edit.html", form=form, item=found, classes=ITEM_CLASSES)
    return page(text, form)


@blueprint.get("/suppliers")
@requires(EDIT_CATALOGUE)
def suppliers() -> str:
    """All suppliers."""
    return render_template("office/catalogue/suppliers.html", suppliers=queries.suppliers(everything=True))


@blueprint.route("/suppliers/new", methods=["GET", "POST"], defaults={"supplier_id": None})
@blueprint.route("/suppliers/<int:supplier_id>", methods=["GET", "POST"])
@requires(EDIT_CATALOGUE)
def supplier(supplier_id: int | None) -> Answer:
    """Add a supplier, or change one. Contact and phone stay in the office."""
    found = queries.supplier(supplier_id) if supplier_id is not None else None
    form = SupplierForm(obj=found)
    if save(form, lambda: services.save_supplier(by=actor(), supplier=found, **form.values())):
        return done(_("Stored."), url_for(".suppliers"))
    return page(render_template("office/catalogue/supplier.html", form=form, supplier=found), form)
