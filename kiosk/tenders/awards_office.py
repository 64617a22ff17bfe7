"""Points, award, contract and rents in the office."""

from typing import Any

from flask import Blueprint, render_template, request, url_for

from kiosk.core.edit import Answer, done, page, save
from kiosk.core.errors import NotFound
from kiosk.core.field import Day
from kiosk.core.formats import whole
from kiosk.core.forms import choices
from kiosk.core.i18n import _, lazy
from kiosk.core.security import requires
from kiosk.core.web import actor, named
from kiosk.counters import queries as counters
from kiosk.school import queries as school
from kiosk.tenders import forms, queries, services
from kiosk.tenders.forms import AwardForm, ContractForm, PlainForm, RentForm, UntilForm
from kiosk.tenders.models import AWARDED, CONCESSION, FIRST, LAST, SCORING, Tender
from kiosk.tenders.permissions import AWARD_TENDERS, NOTE_RENT, SIT_AT_TABLE

blueprint = Blueprint("tender_awards", __name__, url_prefix="/tenders")
NOBODY = "none"
DAY = Day(name="day", label=lazy("Came in on"), missing=lazy("Please enter a day."))


def _back(number: int) -> str:
    return url_for("office.tenders.show", number=number)


def _state(number: int, state: str) -> Tender:
    found = queries.tender(number)
    if found.state != state:
        raise services.Changed(number=number, state=found.label)
    return found


@blueprint.route("/<int:number>/points", methods=["GET", "POST"])
@requires(SIT_AT_TABLE)
def points(number: int) -> Answer:
    """Give points to each bid by each criterion that is scored."""
    found, form = _state(number, SCORING), PlainForm()
    if save(form, lambda: services.score(by=actor(), tender=found, points=forms.points(request.form))):
        return done(_("Your points are kept. They count once everybody has given theirs."), _back(number))
    text = render_template(
        "office/tender_awards/points.html",
        form=form,
        tender=found,
        need=queries.need(found),
        notice=queries.notice(found),
        bids=[one for one in queries.counted(found) if one.id in queries.offers(found)],
        figures=queries.figures(found),
        told=queries,
        given=request.form,
    )
    return page(text, form)


@blueprint.route("/<int:number>/award", methods=["GET", "POST"])
@requires(AWARD_TENDERS)
def award(number: int) -> Answer:
    """Award by points, with what is pointed out beside them."""
    found = _state(number, SCORING)
    ranked = queries.ranking(found)
    waiting = queries.waiting_scorers(found) if ranked else []
    form = AwardForm(data={"bid": str(ranked[0].bid.id) if ranked else NOBODY})
    pricing = queries.need(found).pricing
    offered = [
        (str(one.bid.id), f"{one.bid.bidder} · {queries.figure_told(pricing, one.figure)}") for one in ranked
    ]
    form.bid.choices = choices([*offered, (NOBODY, _("nobody: it ends without an award"))])
    marks, tie = queries.marks(found), queries.tie(found) if ranked and not waiting else None
    if not any(one.code == "few" for one in marks):
        del form.few
    if not (tie and tie.winner is None):
        del form.drawn
    if save(form, lambda: _award(form, found)):
        return done(_("Awarded. The award hangs with its reason."), _back(number))
    text = render_template(
        "office/tender_awards/award.html",
        form=form,
        tender=found,
        need=queries.need(found),
        notice=queries.notice(found),
        ranked=ranked,
        waiting=waiting,
        marks=marks,
        tie=tie,
        head=queries.lot_head(found) if tie and tie.winner is None else "",
        told=queries,
    )
    return page(text, form)


def _award(form: AwardForm, found: Tender) -> Any:
    chosen = whole(form.bid.data)
    bid = next((one for one in found.bids if one.id == chosen), None)
    return services.award(
        by=actor(),
        tender=found,
        bid=bid,
        reason=form.reason.data or "",
        few=(form.few.data or "") if "few" in form else "",
        drawn=form.drawn.data if "drawn" in form else None,
    )


@blueprint.route("/<int:number>/contract", methods=["GET", "POST"])
@requires(AWARD_TENDERS)
def contract(number: int) -> Answer:
    """Enter the contract with whoever was awarded."""
    found = _state(number, AWARDED)
    need, form = queries.need(found), ContractForm(data={"first": school.today().isoformat()})
    own = need.subject == CONCESSION
    form.counter.choices = choices(
        [("", _("none")), *((one.code, named(one)) for one in counters.counters() if own)]
    )
    if not own:
        del form.counter
    if save(form, lambda: _sign(form, found)):
        return done(
            _("The contract is in force from its first day, and hangs beside the award."), _back(number)
        )
    assert found.award
    assert found.award.bid
    text = render_template(
        "office/tender_awards/contract.html",
        form=form,
        tender=found,
        need=need,
        bid=found.award.bid,
        figure=queries.figures(found)[found.award.bid.id],
        offer=queries.offers(found)[found.award.bid.id],
        lines=queries.lines_of(need),
        told=queries,
        is_concession=own,
        rents=_padded(forms.RENT_FIELDS, 4),
        goods=_padded(forms.GOOD_FIELDS, 8),
    )
    return page(text, form)


def _padded(names: tuple[str, ...], least: int) -> list[forms.Row]:
    rows = forms.rows_of(request.form, names) if request.method == "POST" else []
    return [*rows, *({} for _ in range(max(2, least - len(rows))))]


def _sign(form: ContractForm, found: Tender) -> Any:
    return services.sign(
        by=actor(),
        tender=found,
        first=FIRST.read(form.first.data),
        last=LAST.read(form.last.data),
        renewal=form.renewal.data or "",
        counter=(form.counter.data or "") if "counter" in form else "",
        rents=forms.rents(forms.rows_of(request.form, forms.RENT_FIELDS)),
        goods=forms.goods(forms.rows_of(request.form, forms.GOOD_FIELDS)),
    )


@blueprint.route("/<int:number>/contract/<any(renew, end):verb>", methods=["GET", "POST"])
@requires(AWARD_TENDERS)
def change(number: int, verb: str) -> Answer:
    """Renew a contract, or end it early, with the reason."""
    found, form = queries.tender(number), UntilForm()
    if found.contract is None:
        raise NotFound
    write = services.renew if verb == "renew" else services.end
    if save(form, lambda: _until(form, found, write)):
        return done(_("Noted, with the reason in public."), _back(number))
    text = render_template(
        "office/tender_awards/change.html",
        form=form,
        tender=found,
        contract=found.contract,
        verb=verb,
        need=queries.need(found),
    )
    return page(text, form)


def _until(form: UntilForm, found: Tender, write: Any) -> Any:
    day = Day(name="until", label=lazy("Last day")).read(form.until.data)
    keyed = {"until": day} if write is services.renew else {"day": day}
    return write(by=actor(), tender=found, reason=form.reason.data or "", **keyed)


@blueprint.route("/<int:number>/rents/<int:rent>", methods=["GET", "POST"])
@requires(NOTE_RENT)
def rent(number: int, rent: int) -> Answer:
    """Note that a rent came in."""
    found = queries.tender(number)
    one = next((each for each in found.contract.rents if each.id == rent), None) if found.contract else None
    if one is None:
        raise NotFound
    form = RentForm(data={"day": school.today().isoformat()})
    if save(form, lambda: services.receive(by=actor(), tender=found, rent=one, day=DAY.read(form.day.data))):
        return done(_("Noted."), _back(number))
    text = render_template(
        "office/tender_awards/rent.html", form=form, tender=found, rent=one, contract=found.contract
    )
    return page(text, form)
