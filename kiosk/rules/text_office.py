"""The articles of a draft: written one by one, taken apart, put together, moved; or a whole text taken in."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.core.edit import Answer, done, page, save
from kiosk.core.errors import NotFound
from kiosk.core.forms import choices
from kiosk.core.i18n import _
from kiosk.core.security import requires
from kiosk.core.web import actor
from kiosk.core.web.navigation import below
from kiosk.rules import importing, queries, services
from kiosk.rules.desk import brought, drafted, file_name, reading_of, writable
from kiosk.rules.forms import AddForm, ItemForm, OrderForm, TakeForm, TitleForm, places
from kiosk.rules.models import Rule
from kiosk.rules.permissions import READ_RULES
from kiosk.rules.queries.markdown import shown as as_html
from kiosk.rules.refusals import Changed, IsFrozen, NothingDrafted, NotYours

blueprint = Blueprint("rules_text", __name__, url_prefix="/rules/<int:number>/text")
blueprint.before_request(below("office.rules.index"))


def _drafted(number: int) -> tuple[Rule, tuple[queries.Numbered, ...]]:
    """A rule with its draft, for who may write in it. NotYours, NothingDrafted."""
    rule = writable(number)
    if not queries.may_write(actor(), rule):
        raise NotYours
    if rule.draft is None:
        raise NothingDrafted
    return rule, drafted(rule)


def _not_frozen(rule: Rule) -> None:
    way = queries.on_its_way(rule)
    if way is not None and way.frozen_on:
        raise IsFrozen


@blueprint.get("")
@requires(READ_RULES)
def text(number: int) -> Answer:
    """The draft as it stands, article by article."""
    rule, items = _drafted(number)
    return _page(rule, items)


def _page(rule: Rule, items: tuple[queries.Numbered, ...], **forms: Any) -> Answer:
    draft, way = rule.draft, queries.on_its_way(rule)
    assert draft
    last = items[-1].item.key if items else ""
    add = AddForm(formdata=None, data={"after": last, "revision": draft.revision})
    given = {"add_form": add, "title_form": TitleForm(formdata=None, data={"title": draft.title}), **forms}
    given["add_form"].after.choices = choices(places(items))
    told = render_template(
        "office/rules/text.html",
        rule=rule,
        draft=draft,
        items=items,
        frozen=bool(way and way.frozen_on),
        way=way,
        said=queries.counts_on(items, queries.counts(rule)),
        stale=queries.stale(rule, items),
        take_form=TakeForm(formdata=None, data={"revision": draft.revision}),
        as_html=as_html,
        **given,
    )
    return page(told, *forms.values())


@blueprint.post("")
@requires(READ_RULES)
def add(number: int) -> Answer:
    """Add an article."""
    rule, items = _drafted(number)
    _not_frozen(rule)
    form = AddForm()
    form.after.choices = choices(places(items))
    if saved := save(form, lambda: services.add_item(by=actor(), rule=rule, **form.values())):
        return done(_("Added."), url_for(".text", number=number, _anchor=f"i-{saved.result.key}"))
    return _page(rule, items, add_form=form)


@blueprint.post("/title")
@requires(READ_RULES)
def title(number: int) -> Answer:
    """Call it another name."""
    rule, items = _drafted(number)
    form = TitleForm()
    if save(form, lambda: services.rename(by=actor(), rule=rule, title=form.title.data)):
        return done(_("Saved."), url_for(".text", number=number))
    return _page(rule, items, title_form=form)


@blueprint.route("/<key>", methods=["GET", "POST"])
@requires(READ_RULES)
def item(number: int, key: str) -> Answer:
    """An article: write it anew, with what was said on it beside; split it, put it together, move it."""
    rule, items = _drafted(number)
    found = _found(items, key)
    one = found.item
    form = ItemForm(data={"kind": one.kind, "heading": one.heading, "text": one.text, "seen": one.hash})
    if form.is_submitted():
        _not_frozen(rule)
    try:
        saved = save(form, lambda: services.save_item(by=actor(), rule=rule, key=key, **_typed(form)))
    except Changed as problem:
        return _changed(rule, items, found, form, str(problem))
    if saved:
        return done(_("Saved."), url_for(".text", number=number, _anchor=f"i-{key}"))
    return page(_item_page(rule, items, found, form), form)


def _typed(form: ItemForm) -> dict[str, Any]:
    return {
        "kind": form.kind.data,
        "heading": form.heading.data or "",
        "text": form.text.data or "",
        "seen": form.seen.data or "",
    }


def _changed(
    rule: Rule, items: tuple[queries.Numbered, ...], found: queries.Numbered, form: ItemForm, problem: str
) -> Answer:
    """409: what stands there now beside what was typed, which stays in the form; sent again, it counts."""
    form.seen.data = found.item.hash
    mine = form.text.data or ""
    told = _item_page(rule, items, found, form, problem=problem, pieces=queries.pieces(found.item.text, mine))
    return told, 409


def _item_page(
    rule: Rule, items: tuple[queries.Numbered, ...], found: queries.Numbered, form: ItemForm, **more: Any
) -> str:
    draft, at = rule.draft, items.index(found)
    assert draft
    order = OrderForm(
        formdata=None, data={"after": items[at - 1].item.key if at else "", "revision": draft.revision}
    )
    order.after.choices = choices(places(items, found.item.key))
    last = queries.texts(rule)[-1] if rule.versions else None
    return render_template(
        "office/rules/item.html",
        rule=rule,
        found=found,
        form=form,
        order=order,
        next=items[at + 1] if at + 1 < len(items) else None,
        opinions=queries.said(rule, last, items, article=found.item.key) if last else None,
        as_html=as_html,
        **more,
    )


def _found(items: tuple[queries.Numbered, ...], key: str) -> queries.Numbered:
    found = queries.find(items, key)
    if found is None:
        raise NotFound(_("This article is not there any more: somebody took it out or put it together."))
    return found


@blueprint.post("/<key>/move")
@requires(READ_RULES)
def move(number: int, key: str) -> Response:
    """Put it behind another."""
    rule, items = _drafted(number)
    form = OrderForm()
    form.after.choices = choices(places(items))
    after = form.after.data if form.validate_on_submit() else None
    if after is None:
        raise NotFound
    services.move(by=actor(), rule=rule, key=key, after=after, revision=form.revision.data)
    return done(
        _("Moved; what was said on it went along."), url_for(".text", number=number, _anchor=f"i-{key}")
    )


def _revision() -> int | None:
    form = OrderForm()
    form.after.choices = choices([])
    return form.revision.data


@blueprint.post("/<key>/merge")
@requires(READ_RULES)
def merge(number: int, key: str) -> Response:
    """Put it together with the next one."""
    rule, _items = _drafted(number)
    services.merge_next(by=actor(), rule=rule, key=key, revision=_revision())
    return done(
        _("Put together; what was said on both hangs on it."), url_for(".item", number=number, key=key)
    )


@blueprint.post("/<key>/remove")
@requires(READ_RULES)
def remove(number: int, key: str) -> Response:
    """Take it out."""
    rule, _items = _drafted(number)
    services.remove(by=actor(), rule=rule, key=key, revision=_revision())
    return done(_("Taken out. What was said on it stays with the rule."), url_for(".text", number=number))


@blueprint.post("/<key>/reference/<int:at>")
@requires(READ_RULES)
def reference(number: int, key: str, at: int) -> Response:
    """Write a reference to an article with the number that the article has now."""
    rule, items = _drafted(number)
    one = next(
        (one for one in queries.stale(rule, items) if (one.inside.item.key, one.at) == (key, at)), None
    )
    if one is not None and one.right:
        own = one.inside.item
        text = queries.mended(own.text, at, one.right)
        services.save_item(by=actor(), rule=rule, key=key, heading=own.heading, text=text, seen=own.hash)
    return done(_("Saved."), url_for(".text", number=number))


@blueprint.post("/take")
@requires(READ_RULES)
def take(number: int) -> Answer | Response:
    """Bring a whole text from a file: it is shown before it is taken in."""
    rule, items = _drafted(number)
    _not_frozen(rule)
    form = TakeForm()
    if saved := save(form, lambda: brought(form.file.data, form.pasted.data)):
        if saved.result:
            name = file_name(form.file.data)
            return done(
                _("Please look at what became of it."),
                url_for(".taken", number=number, digest=saved.result, name=name),
            )
        form.form_errors.append(_("Please choose a file, or paste the text."))
    return _page(rule, items, take_form=form)


@blueprint.route("/take/<digest>", methods=["GET", "POST"])
@requires(READ_RULES)
def taken(number: int, digest: str) -> Answer:
    """What a file would make of the draft: which article is which, what is new, and what goes."""
    rule, items = _drafted(number)
    found = reading_of(digest, request.args.get("name", ""))
    parts = importing.matched(found.plain, [one.item for one in items])
    draft = rule.draft
    assert draft
    form = TakeForm(data={"revision": draft.revision})
    if form.is_submitted():
        _not_frozen(rule)
    if save(
        form, lambda: services.replace_text(by=actor(), rule=rule, parts=parts, revision=form.revision.data)
    ):
        return done(_("Taken in."), url_for(".text", number=number))
    new = queries.numbered(
        queries.Item(one.key or f"new-{at}", one.kind, one.heading, one.text) for at, one in enumerate(parts)
    )
    told = render_template(
        "office/rules/taken.html",
        rule=rule,
        found=found,
        changed=queries.changes(items, list(new)),
        form=form,
    )
    return page(told, form)
