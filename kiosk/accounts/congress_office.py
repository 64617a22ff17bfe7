"""The congress in the office: delegates, sessions, roll, the two numbers, vouchers looked at, the finding."""

import secrets
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.accounts import queries, services, shown
from kiosk.accounts.forms import (
    AbsentForm,
    AssemblyForm,
    CodeForm,
    DelegateForm,
    FindingForm,
    NumberForm,
    ReasonForm,
    SessionForm,
)
from kiosk.accounts.models import (
    ASSEMBLY,
    FINDINGS,
    FIRST,
    HELD,
    LAST,
    PAYEES,
    SIDES,
    CongressAudit,
    CongressNumber,
    CongressSession,
)
from kiosk.accounts.permissions import NAME_DELEGATES, REVIEW_ACCOUNTS, SEE_ACCOUNTS, SIT
from kiosk.accounts.services import Votes
from kiosk.accounts.subjects import name_of
from kiosk.attachments.queries import attachments
from kiosk.core import clock
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.errors import Invalid, NotFound
from kiosk.core.forms import choices
from kiosk.core.i18n import _, lazy
from kiosk.core.security import requires
from kiosk.core.web import account, actor
from kiosk.core.web.navigation import below
from kiosk.persons import queries as persons
from kiosk.school import queries as school

blueprint = Blueprint("congress", __name__, url_prefix="/congress")
blueprint.before_request(below("office.accounts.index"))
USUAL_SAMPLE = 10
SIT_TERM = 3
"""Years for which a delegate is named, unless others are entered."""


@blueprint.get("/")
@requires(SEE_ACCOUNTS)
def index() -> Answer:
    """Sessions, what waits for one, the delegates of today, and the years."""
    text = render_template(
        "office/congress/index.html",
        sessions=queries.meetings(),
        waiting=queries.auditable(),
        name=name_of,
        delegates=queries.delegates(school.today()),
        years=[(one, queries.year(one)) for one in queries.years()],
        reviews=account().may(REVIEW_ACCOUNTS),
        names=account().may(NAME_DELEGATES),
        assembly=AssemblyForm(formdata=None),
    )
    return text, 200


@blueprint.route("/delegates", methods=["GET", "POST"])
@requires(NAME_DELEGATES)
def delegates() -> Answer:
    """Who is a delegate, and how long; naming one."""
    today = school.today()
    ends = today.replace(year=today.year + SIT_TERM, day=min(today.day, 28))
    form = DelegateForm(data={"since": today.isoformat(), "until": ends.isoformat()})
    staff = [one for one in persons.people() if one.kind != "parent"]
    form.person.choices = choices(
        (one.number, f"{one.name} · {one.post}" if one.post else one.name) for one in staff
    )
    if saved := save(form, lambda: _name(form)):
        return done(_("%(name)s is a delegate.", name=saved.result.person.name), url_for(".delegates"))
    found = queries.delegates()
    text = render_template("office/congress/delegates.html", form=form, found=found, today=today)
    return page(text, form)


def _name(form: DelegateForm) -> Any:
    since, until = FIRST.read(form.since.data), LAST.read(form.until.data)
    assert since
    assert until
    return services.name_delegate(by=actor(), person=form.person.data, since=since, until=until)


@blueprint.post("/delegates/<int:number>/end")
@requires(NAME_DELEGATES)
def end_delegate(number: int) -> Response:
    """Let a delegate's term end today."""
    found = queries.delegate(number)
    services.end_delegate(by=actor(), delegate=found, until=school.today())
    return done(_("The term of %(name)s ends today.", name=found.person.name), url_for(".delegates"))


@blueprint.route("/new", methods=["GET", "POST"])
@requires(REVIEW_ACCOUNTS)
def new() -> Answer:
    """Call a session."""
    today = school.today()
    start = {"held_on": today.isoformat(), "size": USUAL_SAMPLE, "sent": secrets.token_urlsafe(16)}
    form = SessionForm(data=start)
    roll, waiting = queries.delegates(today), queries.auditable()
    form.offer(
        [(one.id, name_of(one)) for one in waiting],
        [(one.person.number, one.person.name) for one in roll],
    )
    if saved := save(form, lambda: _convene(form)):
        return done(_("Called. Everybody reads it now."), url_for(".show", number=saved.result.id))
    text = render_template("office/congress/new.html", form=form, waiting=waiting, roll=roll)
    return page(text, form)


def _convene(form: SessionForm) -> CongressSession:
    local: datetime = form.head_at.data
    return services.convene(
        by=actor(),
        sent=form.sent.data or secrets.token_urlsafe(16),
        held_on=HELD.read(form.held_on.data),
        head_at=local.replace(tzinfo=school.zone()),
        accounts=dict.fromkeys(form.accounts.data or (), form.size.data),
        group=form.group.data or (),
    )


@blueprint.get("/<int:number>")
@requires(SEE_ACCOUNTS)
def show(number: int) -> Answer:
    """A session: roll, quorum, the two numbers, and its accounts."""
    return _page(queries.meeting(number))


def _page(found: CongressSession, **forms: Any) -> Answer:
    reviews = account().may(REVIEW_ACCOUNTS) and found.is_sitting
    own = _own_seat(found)
    forms = {
        "code_form": CodeForm(formdata=None) if reviews else None,
        "absent_form": AbsentForm(formdata=None) if reviews else None,
        "number_form": NumberForm(formdata=None) if reviews and found.state == "convened" else None,
        "drop_form": ReasonForm(formdata=None) if reviews else None,
        **forms,
    }
    text = render_template(
        "office/congress/show.html",
        meeting=found,
        own=own,
        needed=queries.needed(len(found.seats)),
        name=name_of,
        reviews=reviews,
        is_today=found.held_on <= school.today(),
        due=queries.due_of(found),
        head_is_there=clock.now() >= found.head_at,
        typed=_typed(found),
        findings=FINDINGS,
        **forms,
    )
    return page(text, *(one for one in forms.values() if one is not None))


def _typed(found: CongressSession) -> list[CongressNumber]:
    """What was typed last: one number, or two that differ."""
    last = max((one.round for one in found.numbers), default=0)
    return [one for one in found.numbers if one.round == last]


def _own_seat(found: CongressSession) -> Any:
    return next((one for one in found.seats if persons.is_among(actor().person, [one.person_id])), None)


@blueprint.route("/<int:number>/sit", methods=["GET", "POST"])
@requires(SIT)
def sit(number: int) -> Answer:
    """A delegate says with the own account: I am there."""
    found, form = queries.meeting(number), ReasonForm(formdata=None)
    own = _own_seat(found)
    if own is None:
        raise services.NoDelegate
    if request.method == "POST":
        services.attend(by=actor(), found=found)
        return done(_("You are noted as present."), url_for(".sit", number=number))
    return page(render_template("office/congress/sit.html", meeting=found, own=own, name=name_of), form)


@blueprint.post("/<int:number>/codes")
@requires(REVIEW_ACCOUNTS)
def codes(number: int) -> str:
    """New codes for those who are not there yet, to be printed, cut and handed out."""
    found = queries.meeting(number)
    made = services.new_codes(by=actor(), found=found)
    return render_template("office/congress/codes.html", meeting=found, codes=made)


@blueprint.post("/<int:number>/present")
@requires(REVIEW_ACCOUNTS)
def present(number: int) -> Answer:
    """A delegate types the code at the table."""
    found, form = queries.meeting(number), CodeForm()
    if saved := save(form, lambda: services.attend(by=actor(), found=found, code=form.code.data or "")):
        message = _("%(name)s is noted as present.", name=saved.result.person.name)
        return done(message, url_for(".show", number=number, _anchor="roll"))
    return _page(found, code_form=form)


@blueprint.post("/<int:number>/absent/<int:seat>")
@requires(REVIEW_ACCOUNTS)
def absent(number: int, seat: int) -> Answer:
    """Why a delegate is absent."""
    found, form = queries.meeting(number), AbsentForm()
    own = next((one for one in found.seats if one.id == seat), None)
    if own is None:
        raise NotFound
    if save(form, lambda: services.excuse(by=actor(), found=found, seat=own, reason=form.absent.data or "")):
        return done(_("Noted."), url_for(".show", number=number, _anchor="roll"))
    return _page(found, absent_form=form)


@blueprint.post("/<int:number>/number")
@requires(REVIEW_ACCOUNTS)
def type_number(number: int) -> Answer:
    """A member of the group types the number that was drawn."""
    found, form = queries.meeting(number), NumberForm()
    if saved := save(form, lambda: _type(found, form)):
        message = (
            _("Both typed the same number: the sample is drawn.")
            if saved.result
            else _("Typed. Now another member of the group types it.")
        )
        if not saved.result and len(_typed(found)) > 1:
            message = _("The two numbers differ: both are void. Please draw and type once more.")
        return done(message, url_for(".show", number=number, _anchor="numbers"))
    return _page(found, number_form=form)


def _type(found: CongressSession, form: NumberForm) -> bool:
    return services.type_number(
        by=actor(), found=found, number=form.number.data or "", code=form.code.data or ""
    )


@blueprint.post("/<int:number>/drop")
@requires(REVIEW_ACCOUNTS)
def drop(number: int) -> Answer:
    """Call a session off."""
    found, form = queries.meeting(number), ReasonForm()
    if save(form, lambda: services.drop(by=actor(), found=found, reason=form.reason.data or "")):
        return done(_("Called off. Its accounts can come before another session."), url_for(".index"))
    return _page(found, drop_form=form)


def _audit(number: int, audit: int) -> CongressAudit:
    found = queries.audit(audit)
    if found.session_id != number:
        raise NotFound
    return found


@blueprint.get("/<int:number>/audits/<int:audit>")
@requires(SEE_ACCOUNTS)
def audit(number: int, audit: int) -> Answer:
    """An account before the session: each voucher of the sample, votes and finding."""
    return _audit_page(_audit(number, audit))


def _audit_page(found: CongressAudit, wrong: dict[int, str] | None = None, **forms: Any) -> Answer:
    reviews = account().may(REVIEW_ACCOUNTS) and found.is_open and found.session.state == "drawn"
    form = forms.get("finding_form") or (FindingForm(formdata=None) if reviews else None)
    own = _own_seat(found.session)
    text = render_template(
        "office/congress/audit.html",
        audit=found,
        meeting=found.session,
        account=found.account,
        name=name_of(found.account),
        version=next(one for one in found.account.versions if one.number == found.version),
        reviews=reviews,
        in_group=bool(own and own.in_group and own.present_at),
        needed=queries.needed(len(found.session.seats)),
        files={one.id: attachments(f"account_voucher:{one.voucher_id}") for one in found.ticks},
        remarks=shown.remarks(found) if found.finding else [],
        finding_form=form,
        wrong=wrong or {},
        sides=SIDES,
        payees=PAYEES,
    )
    return text, 422 if wrong or (form is not None and form.errors) else 200


@blueprint.post("/<int:number>/audits/<int:audit>/ticks/<int:tick>")
@requires(REVIEW_ACCOUNTS)
def tick(number: int, audit: int, tick: int) -> Answer:
    """Tick a voucher, or remark on it."""
    found = _audit(number, audit)
    one = next((one for one in found.ticks if one.id == tick), None)
    if one is None:
        raise NotFound
    try:
        services.tick(
            by=actor(),
            audit=found,
            tick=one,
            outcome=request.form.get("outcome", ""),
            text=request.form.get("text", ""),
            seen=request.form.get("seen"),
        )
    except Invalid as problem:
        return _audit_page(found, wrong={tick: str(problem)})
    return done(
        _("Voucher %(number)s: noted.", number=one.voucher.number),
        url_for(".audit", number=number, audit=audit, _anchor=f"t{one.place}"),
    )


@blueprint.post("/<int:number>/audits/<int:audit>/finding")
@requires(REVIEW_ACCOUNTS)
def find(number: int, audit: int) -> Answer:
    """Write the finding down, and post it."""
    found, form = _audit(number, audit), FindingForm()
    if save(form, lambda: _find(found, form)):
        return done(_("The finding is posted."), url_for(".audit", number=number, audit=audit))
    return _audit_page(found, finding_form=form)


def _find(found: CongressAudit, form: FindingForm) -> CongressAudit:
    return services.find(
        by=actor(),
        audit=found,
        finding=form.finding.data,
        text=form.text.data or "",
        votes=Votes(form.in_favour.data, form.against.data, form.abstained.data),
    )


@blueprint.post("/years/<int:year>")
@requires(NAME_DELEGATES)
def assembly(year: int) -> Answer:
    """Name the day of a year's closing assembly."""
    form = AssemblyForm()
    if save(form, lambda: _assembly(year, form)):
        return done(_("The day stands on the year's page."), url_for("accounts.of_year", year=year))
    raise Invalid(lazy("Please enter a day like 2026-12-30."))


def _assembly(year: int, form: AssemblyForm) -> Any:
    return services.name_assembly(by=actor(), year=year, held_on=ASSEMBLY.read(form.held_on.data))
