"""Tenders in the office: the list, a need, a notice, and one tender on its way."""

import json
import secrets
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.catalogue import queries as catalogue
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.errors import NotFound
from kiosk.core.formats import whole
from kiosk.core.i18n import _
from kiosk.core.security import requires
from kiosk.core.web import account, actor
from kiosk.persons import queries as persons
from kiosk.school import queries as school
from kiosk.steps import queries as steps
from kiosk.tenders import forms, queries, services
from kiosk.tenders.forms import LINE_FIELDS, NeedForm, NoticeForm, ReasonForm
from kiosk.tenders.models import (
    APPROVED,
    BY_LOT,
    BY_MEMBERS,
    BY_PRICE,
    CONTRACT,
    ESTIMATE,
    FAILED,
    FIXED,
    NEED,
    NOTICE,
    PRICINGS,
    PRICINGS_OF,
    RETURNED,
    ROLL,
    SCORING,
    SUBJECTS,
    SUPPLY,
    TIES,
    WITHDRAWN,
    Tender,
)
from kiosk.tenders.permissions import (
    AWARD_TENDERS,
    NEED_TENDERS,
    NOTE_RENT,
    RUN_TENDERS,
    SEE_TENDERS,
    SIT_AT_TABLE,
)
from kiosk.tenders.queries import Need
from kiosk.tenders.settings import DAYS

blueprint = Blueprint("tenders", __name__, url_prefix="/tenders")
LEAST_ROWS, SPARE = 6, 3


@blueprint.get("/")
@requires(SEE_TENDERS)
def index() -> str:
    """What is under way, what is under contract, what is over."""
    found = queries.tenders()
    return render_template(
        "office/tenders/index.html",
        groups=[
            ("now", _("Under way"), [one for one in found if one.state in queries.UNDER_WAY]),
            ("contract", _("Under contract"), [one for one in found if _is_in_force(one)]),
            ("over", _("Over"), [one for one in found if _is_past(one)]),
        ],
        need=queries.need,
        notice=queries.notice,
        needs=account().may(NEED_TENDERS),
        runs=account().may(RUN_TENDERS),
        subjects=SUBJECTS,
    )


def _is_in_force(one: Tender) -> bool:
    return one.contract is not None and one.contract.until >= school.today()


def _is_past(one: Tender) -> bool:
    return one.state in (FAILED, WITHDRAWN) or (one.state == CONTRACT and not _is_in_force(one))


@blueprint.get("/of/<int:number>")
@requires(SEE_TENDERS)
def of(number: int) -> Response:
    """The tender of which a posting is a step."""
    found = queries.of_posting(number)
    if found is None:
        raise NotFound
    return redirect(url_for(".show", number=found.id))


@blueprint.route("/new", methods=["GET", "POST"])
@requires(NEED_TENDERS)
def new() -> Answer:
    """Say what is needed."""
    form = NeedForm(data={"subject": SUPPLY, "pricing": FIXED, "months": 12})
    if request.method != "POST":
        form.sent.data = secrets.token_urlsafe(16)
    sent = form.sent.data or secrets.token_urlsafe(16)
    if saved := save(form, lambda: services.propose(by=actor(), sent=sent, need=_need(form))):
        return done(_("Proposed. It waits for approval now."), url_for(".show", number=saved.result.id))
    return page(_need_page(form, []), form)


def _need(form: NeedForm) -> Need:
    return Need(
        title=form.title.data or "",
        subject=form.subject.data or "",
        pricing=form.pricing.data or "",
        why=form.why.data or "",
        estimate=ESTIMATE.read(form.estimate.data) or 0,
        months=form.months.data or 0,
        lines=forms.lines(forms.rows_of(request.form, LINE_FIELDS)),
    )


def _need_page(form: NeedForm, rows: list[forms.Row], found: Tender | None = None) -> str:
    if request.method == "POST":
        rows = forms.rows_of(request.form, LINE_FIELDS)
    return render_template(
        "office/tenders/need.html",
        form=form,
        tender=found,
        rows=_padded(rows, LEAST_ROWS),
        items=catalogue.items(),
        pricings_of=PRICINGS_OF,
    )


def _padded(rows: list[forms.Row], least: int) -> list[forms.Row]:
    return [*rows, *({} for _ in range(max(SPARE, least - len(rows))))]


@blueprint.route("/<int:number>/edit", methods=["GET", "POST"])
@requires(NEED_TENDERS)
def edit(number: int) -> Answer:
    """Say something else: signatures so far are void then."""
    found = queries.tender(number)
    if found.state not in (NEED, RETURNED):
        raise services.Changed(number=number, state=found.label)
    said = queries.need(found)
    data = {name: getattr(said, name) for name in ("title", "subject", "pricing", "why", "months")}
    data |= {"estimate": ESTIMATE.plain(said.estimate), "seen": found.versions[-1].number}
    form = NeedForm(data=data)
    seen = whole(str(form.seen.data or "")) or 0
    if save(form, lambda: services.change_need(by=actor(), tender=found, seen=seen, need=_need(form))):
        return done(_("Changed. It begins again at the first level."), url_for(".show", number=number))
    rows = [
        {
            **{name: getattr(one, name) for name in ("item", "specification", "unit", "item_class")},
            "quantity": queries.QUANTITY.plain(one.quantity) if one.quantity else "",
        }
        for one in said.lines
    ]
    return page(_need_page(form, rows, found), form)


@blueprint.route("/<int:number>/notice", methods=["GET", "POST"])
@requires(RUN_TENDERS)
def notice(number: int) -> Answer:
    """Post the notice, or change it before its deadline."""
    found = queries.tender(number)
    if found.state not in (APPROVED, NOTICE):
        raise services.Changed(number=number, state=found.label)
    now = queries.notice(found)
    form = NoticeForm(data=_notice_data(found, now))
    if found.state == APPROVED:
        del form.reason
    seen = whole(str(form.seen.data or "")) or 0
    write = services.post_notice if found.state == APPROVED else services.correct
    if save(form, lambda: write(by=actor(), tender=found, seen=seen, said=_notice(form))):
        return done(_("The notice hangs. Everybody can read it and ask."), url_for(".show", number=number))
    return page(_notice_page(form, found, now), form)


def _notice_data(found: Tender, now: queries.Notice | None) -> dict[str, Any]:
    seen: dict[str, Any] = {"seen": found.versions[-1].number}
    if now is None:
        return {**seen, "tie": BY_LOT}
    told = {name: getattr(now, name) for name in ("place", "terms", "tie", "short")}
    return {**seen, **told, "deadline": f"{school.local(now.deadline):%Y-%m-%dT%H:%M}"}


def _notice(form: NoticeForm) -> queries.Notice:
    return forms.notice(form, forms.rows_of(request.form, forms.CRITERION_FIELDS))


def _notice_page(form: NoticeForm, found: Tender, now: queries.Notice | None) -> str:
    given = now.criteria if now else (queries.Criterion(str(_("Price")), 60, BY_PRICE),)
    rows = [{"criterion": one.name, "weight": str(one.weight), "by": one.by} for one in given]
    if request.method == "POST":
        rows = forms.rows_of(request.form, forms.CRITERION_FIELDS)
    return render_template(
        "office/tenders/notice.html",
        form=form,
        tender=found,
        need=queries.need(found),
        rows=_padded(rows, 4),
        ways={BY_PRICE: _("computed from the price"), BY_MEMBERS: _("scored by the council")},
        days=school.settings()[DAYS],
        is_fixed=bool(found.bids),
    )


@blueprint.get("/<int:number>")
@requires(SEE_TENDERS)
def show(number: int) -> Answer:
    """A tender: its way, what it says, and what is to be done now."""
    return shown(queries.tender(number))


def shown(found: Tender, **own: Any) -> Answer:
    """The page of a tender, with forms that came back."""
    approval = queries.approval_of(found)
    levels = steps.levels_of(approval)
    voice = found.state == NEED and steps.voice_for(
        levels[approval.level - 1], approval, steps.voices(actor())
    )
    said, may = queries.notice(found), {one.name: account().may(one) for one in RIGHTS}
    text = render_template(
        "office/tenders/show.html",
        tender=found,
        need=queries.need(found),
        notice=said,
        stations=queries.stations(found),
        approval=approval,
        decides=bool(voice),
        may=may,
        standing=queries.standing(found),
        offers=queries.offers(found),
        told=queries,
        subjects=SUBJECTS,
        pricings=PRICINGS,
        ties=TIES,
        opening=queries.sitting(found),
        is_over=queries.is_over(found),
        mine=[
            one.person_id
            for one in queries.waiting_scorers(found)
            if persons.is_among(actor().person, [one.person_id])
        ],
        waiting=queries.waiting_scorers(found) if found.state == SCORING else [],
        marks=queries.marks(found) if found.openings and queries.sitting(found) else [],
        ranked=queries.ranking(found) if found.award else [],
        award_content=json.loads(found.award.content) if found.award else {},
        today=school.today(),
        clerks=queries.private(found.bids) if may[RUN_TENDERS.name] else {},
        back_form=ReasonForm(formdata=None) if _can_go_back(found) and may[NEED_TENDERS.name] else None,
        **own,
    )
    return text, 200


RIGHTS = (NEED_TENDERS, RUN_TENDERS, SIT_AT_TABLE, AWARD_TENDERS, NOTE_RENT)


def _can_go_back(found: Tender) -> bool:
    return found.state in (NEED, RETURNED, APPROVED, NOTICE, ROLL)


@blueprint.post("/<int:number>/take-back")
@requires(NEED_TENDERS)
def take_back(number: int) -> Answer:
    """Take a tender back before anything is opened."""
    found, form = queries.tender(number), ReasonForm()
    if save(form, lambda: services.take_back(by=actor(), tender=found, reason=form.reason.data or "")):
        return done(_("Taken back, with the reason in public."), url_for(".show", number=number))
    text, _status = shown(found, failed=form)  # type: ignore[misc]
    return str(text), 422
