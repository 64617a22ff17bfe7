"""What waits for one's decision, each approval with all one needs to decide, and who signs meanwhile."""

from flask import Blueprint, render_template, url_for

from kiosk.auth.queries import account_named
from kiosk.auth.services import CodeRefused, use_code
from kiosk.core import clock, trace
from kiosk.core.db import transaction
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.errors import Forbidden, Invalid
from kiosk.core.forms import choices
from kiosk.core.i18n import _, lazy
from kiosk.core.security import requires
from kiosk.core.web import account, actor, own_transaction
from kiosk.steps import queries, services
from kiosk.steps.forms import APPROVE, AbsenceForm, DecisionForm
from kiosk.steps.models import Approval
from kiosk.steps.permissions import OVERSEE_STEPS, USE_STEPS

blueprint = Blueprint("steps", __name__, url_prefix="/steps")


@blueprint.get("/")
@requires(USE_STEPS)
def index() -> str:
    """What waits for one's decision, what one has proposed, and, for who oversees them, the others."""
    who = actor()
    mine = queries.waiting_for(who)
    known = {one.approval.id for one in mine}
    others = [one for one in queries.all_waiting() if one.approval.id not in known]
    return render_template(
        "office/steps/index.html",
        mine=mine,
        proposed=queries.proposed_by(who),
        others=others if account().may(OVERSEE_STEPS) else [],
        title=queries.title_of,
        at=clock.now(),
    )


@blueprint.get("/<int:approval_id>")
@requires(USE_STEPS)
def show(approval_id: int) -> Answer:
    """What is decided about, who signed, what comes next; with the buttons for who is asked."""
    return _page(_visible(approval_id))


def _visible(approval_id: int) -> Approval:
    """An approval that the account may see; Forbidden for anybody else."""
    found = queries.approval(approval_id)
    if not (account().may(OVERSEE_STEPS) or queries.may_see(actor(), found)):
        raise Forbidden
    return found


def _page(found: Approval, form: DecisionForm | None = None) -> Answer:
    now = queries.standing(found)
    voice = queries.voice_for(now.asked.level, found, queries.voices(actor())) if now.asked else None
    form = form or DecisionForm(formdata=None)
    text = render_template(
        "office/steps/show.html",
        approval=found,
        now=now,
        voice=voice,
        due=queries.due_of(found),
        has_a_part=bool(now.asked) and voice is None and queries.has_a_say(actor(), found),
        ladder=queries.ladder_of(found),
        title=queries.title_of(found),
        words_of=queries.words_of,
        at=clock.now(),
        history=queries.history(found),
        needs_code=services.needs_code(found),
        has_code=account().totp_secret is not None,
        form=form,
    )
    return page(text, form)


@blueprint.post("/<int:approval_id>/decide")
@requires(USE_STEPS)
@own_transaction
def decide(approval_id: int) -> Answer:
    """Approve, or send back. A wrong code of the second factor is counted, whatever else happens."""
    found, form = _visible(approval_id), DecisionForm()
    if saved := save(form, lambda: _decide(found, form)):
        said = _("Your decision was stored: %(state)s.", state=saved.result.state_label)
        return done(said, url_for(".show", approval_id=approval_id))
    return _page(queries.approval(approval_id), form)


def _decide(found: Approval, form: DecisionForm) -> Approval:
    approval_id, who, approves = found.id, actor(), form.decision.data == APPROVE
    confirmed = services.needs_code(found) and _confirm(found, form)
    with transaction(), trace.required():
        found = queries.approval(approval_id)
        services.decide(
            by=who,
            approval=found,
            approves=approves,
            why=str(form.comment.data or ""),
            seen=form.seen,
            confirmed=confirmed,
        )
    return found


def _confirm(found: Approval, form: DecisionForm) -> bool:
    """Spend the code; what the decision would refuse anyhow spends none. Invalid for a wrong one."""
    who = actor()
    services.authority(who, found, form.seen, confirmed=True)
    if account().totp_secret is None:
        raise services.CodeNeeded(lazy("This decision needs a second factor; please set yours up first."))
    with transaction():
        own = account_named(who.account)
        fits = own is not None and use_code(account=own, code=str(form.code.data or ""))
    if not fits:
        raise Invalid(CodeRefused.message, field="code")
    return True


@blueprint.route("/absences", methods=["GET", "POST"])
@requires(USE_STEPS)
def absences() -> Answer:
    """One's own absences, and who signs meanwhile."""
    form, person = AbsenceForm(), account().person.number
    known = [(str(one.id), one.name) for one in queries.stand_ins(person)]
    form.stand_in.choices = choices([("", _("Please choose")), *known])
    if save(form, lambda: services.delegate(by=actor(), **form.values(stand_in=int(form.stand_in.data)))):
        return done(_("Noted. Whoever stands in sees what waits for you."), url_for(".absences"))
    made = queries.delegations_of(person)
    text = render_template(
        "office/steps/absences.html",
        form=form,
        delegations=made,
        why=queries.why_absent(made),
        is_over=queries.is_over,
    )
    return page(text, form)


@blueprint.post("/absences/<int:delegation_id>/end")
@requires(USE_STEPS)
def end(delegation_id: int) -> Answer:
    """End one of one's own absences early."""
    services.end_delegation(by=actor(), delegation=queries.delegation(delegation_id))
    return done(_("Ended. You sign for yourself again."), url_for(".absences"))
