"""Opinions on a rule in the office: each answered, alike ones together; sheets of paper typed in."""

from typing import Any

from flask import Blueprint, render_template, request, url_for

from kiosk.cases.services import Masked
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.errors import NotFound
from kiosk.core.formats import whole
from kiosk.core.forms import choices
from kiosk.core.i18n import _, ngettext
from kiosk.core.security import requires
from kiosk.core.web import actor
from kiosk.core.web.navigation import below
from kiosk.rules import queries, services
from kiosk.rules.desk import writable
from kiosk.rules.forms import AnswerForm, PaperForm, targets
from kiosk.rules.models import Rule, RuleVersion
from kiosk.rules.permissions import READ_RULES

blueprint = Blueprint("rules_opinions", __name__, url_prefix="/rules/<int:number>/opinions")
blueprint.before_request(below("office.rules.index"))


def _text(rule: Rule, this: RuleVersion) -> tuple[queries.Numbered, ...]:
    """The draft's text, where there is one; else that of the last version."""
    if rule.draft:
        return tuple(queries.numbered(queries.item_of(one) for one in rule.draft.items))
    return queries.items(this)


@blueprint.route("", methods=["GET", "POST"])
@requires(READ_RULES)
def opinions(number: int) -> Answer:
    """What was said; tick what is alike, and answer it."""
    rule = writable(number)
    this = _last(rule)
    text = _text(rule, this)
    waiting = request.args.get("waiting") == "1"
    article = request.args.get("article")
    found = queries.said(
        rule, this, text, article=article, page=whole(request.args.get("page")) or 1, waiting=waiting
    )
    form = AnswerForm()
    form.opinions.choices = choices([(str(one.row.id), one.row.number) for one in found.found])
    form.opinions.validate_choice = False
    form.articles.choices = choices([(one.item.key, one.called) for one in text])
    if saved := save(form, lambda: _answer(rule, form)):
        number_of = len(saved.result)
        message = ngettext("%(num)s opinion is answered.", "%(num)s opinions are answered.", number_of)
        return done(
            message, url_for(".opinions", number=number, waiting="1" if waiting else None, article=article)
        )
    told = render_template(
        "office/rules/opinions.html",
        rule=rule,
        this=this,
        text=text,
        found=found,
        form=form,
        waiting=waiting,
        article=article,
        open=len(queries.unanswered(rule)),
        may_write=queries.may_write(actor(), rule),
        ticked=set(form.opinions.data or ()),
        changes=set(form.articles.data or ()),
    )
    return page(told, form)


def _last(rule: Rule) -> RuleVersion:
    if not rule.versions:
        raise NotFound
    return queries.texts(rule)[-1]


def _answer(rule: Rule, form: AnswerForm) -> list[Any]:
    numbers = [number for one in form.opinions.data or () if (number := whole(one))]
    try:
        return services.answer(
            by=actor(),
            rule=rule,
            opinions=[queries.opinion(one) for one in numbers],
            outcome=form.outcome.data or "",
            text=form.text.data,
            articles=form.articles.data or (),
        )
    except Masked as problem:
        form.text.data = problem.masked
        raise


@blueprint.route("/paper", methods=["GET", "POST"])
@requires(READ_RULES)
def paper(number: int) -> Answer:
    """Type in what stands on a printed form; the next one of the same sheet follows at once."""
    rule = writable(number)
    this = queries.on_its_way(rule)
    if this is None or this.consult_until is None:
        raise NotFound
    form = PaperForm(data={"sheet": request.args.get("sheet", "")})
    form.article.choices = choices(targets(queries.items(this)))
    if saved := save(form, lambda: _type_in(this, form)):
        said = saved.result
        message = (
            _("Opinion no. %(n)s stands there, marked as typed in from paper.", n=said.opinion.number)
            if said.is_new
            else _("This was typed in already; it stands there once.")
        )
        return done(message, url_for(".paper", number=number, sheet=form.sheet.data))
    return page(render_template("office/rules/paper.html", rule=rule, this=this, form=form), form)


def _type_in(this: RuleVersion, form: PaperForm) -> services.Handed:
    try:
        return services.type_in(
            by=actor(),
            version=this,
            article=form.article.data,
            text=form.text.data,
            sheet=form.sheet.data or "",
        )
    except Masked as problem:
        form.text.data = problem.masked
        raise
