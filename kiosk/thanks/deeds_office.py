"""Reported good deeds in the office: confirm, then post; or say why not."""

import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, url_for

from kiosk.cases import queries as cases
from kiosk.cases.models import OPEN, Case
from kiosk.cases.services import Masked
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.formats import whole
from kiosk.core.i18n import _
from kiosk.core.masking import mask
from kiosk.core.security import requires
from kiosk.core.web import actor
from kiosk.core.web.navigation import below
from kiosk.persons import queries as persons
from kiosk.persons.models import Person
from kiosk.school import queries as school
from kiosk.staff import queries as staff
from kiosk.thanks import queries, services
from kiosk.thanks.forms import ConfirmForm, DeclineForm, PostForm, confirm_form
from kiosk.thanks.kinds import DAY
from kiosk.thanks.models import Commendation
from kiosk.thanks.permissions import COMMEND

blueprint = Blueprint("deeds", __name__, url_prefix="/deeds")
FIRST = re.compile(r"[，。！？；,.!?;\n]")
"""What ends the first part of a sentence, which is proposed as the title."""
blueprint.before_request(below("office.thanks.index"))


@blueprint.get("/")
@requires(COMMEND)
def index() -> str:
    """What waits, and what was answered lately."""
    waiting, answered = queries.waiting(), queries.answered_lately(school.today())
    found = [*waiting, *answered]
    return render_template(
        "office/deeds/index.html",
        waiting=waiting,
        answered=answered,
        said=cases.beginnings(case.id for case in found),
        confirmed=queries.commendations(found),
        subject_label=cases.subject_label,
    )


@blueprint.route("/<int:number>", methods=["GET", "POST"])
@requires(COMMEND)
def show(number: int) -> Answer:
    """A reported good deed: one click confirms what would be posted, the next one posts it."""
    case = queries.deed_case(number)
    found = queries.commendation(case)
    form = confirm_form(**_known(case, found))
    if save(form, lambda: _confirm(case, form)):
        return done(_("Confirmed. One more click posts it."), url_for(".show", number=number))
    return _page(case, form)


def _confirm(case: Case, form: ConfirmForm) -> Commendation:
    number = whole(form.person.data)
    values = form.values(person=persons.person(number) if number else None, day=DAY.read(form.day.data))
    try:
        return services.confirm(by=actor(), case=case, **values)
    except Masked as problem:
        form[problem.field or "text"].data = problem.masked
        raise


def _known(case: Case, found: Commendation | None) -> dict[str, Any]:
    """What the form begins with: what was confirmed, else what was said, masked."""
    draft = found.posting.draft if found else None
    if found and draft:
        fields = dict(draft.fields)
        return {**fields, "day": fields["day"], "person": str(found.person_id or "")}
    said = mask(cases.history(case)[0].written.internal)
    person = _whose(case)
    return {
        "title": FIRST.split(said, maxsplit=1)[0].strip()[:20],
        "text": said,
        "post": _post_of(person) if person else cases.public_label(case.subject),
        "day": case.day.isoformat(),
        "person": str(person.number) if person else "",
    }


def _post_of(person: Person) -> str:
    held, _stands_in = staff.posts_of(person, school.today())
    return held[0].name if held else person.post


def _whose(case: Case) -> Person | None:
    """The person whom the report is about, if it is about one."""
    numbers = case.rated if case.subject.startswith("person:") else []
    return persons.person(numbers[0]) if len(numbers) == 1 else None


def _page(
    case: Case, form: ConfirmForm, *, answer: PostForm | None = None, reason: DeclineForm | None = None
) -> Answer:
    found = queries.commendation(case)
    person = found.person if found else None
    said = _("Thank you for telling us. It is posted among the good deeds and stands on the board.")
    text = render_template(
        "office/deeds/show.html",
        case=case,
        is_open=case.state in OPEN,
        said=cases.history(case)[0].written.internal,
        found=found,
        draft=found.posting.draft if found else None,
        name=staff.named([person.id]).get(person.id) if person else None,
        form=form,
        answer=answer or PostForm(formdata=None, answer=said),
        reason=reason or DeclineForm(formdata=None),
        subject=cases.subject_label(case.subject),
    )
    return page(text, form, *filter(None, (answer, reason)))


@blueprint.post("/<int:number>/post")
@requires(COMMEND)
def post(number: int) -> Answer:
    """Post what was confirmed."""
    case, form = queries.deed_case(number), PostForm()
    if save(form, lambda: _kept(form, lambda: services.post(by=actor(), case=case, **form.values()))):
        return done(_("Posted. Whoever reported it reads the answer."), url_for(".index"))
    return _page(case, _again(case), answer=form)


@blueprint.post("/<int:number>/decline")
@requires(COMMEND)
def decline(number: int) -> Answer:
    """Say why it is not posted."""
    case, form = queries.deed_case(number), DeclineForm()
    if save(form, lambda: _kept(form, lambda: services.decline(by=actor(), case=case, **form.values()))):
        return done(_("Declined. Whoever reported it reads why."), url_for(".index"))
    return _page(case, _again(case), reason=form)


def _again(case: Case) -> ConfirmForm:
    known = _known(case, queries.commendation(case))
    form = confirm_form()
    form.process(formdata=None, data=known)
    return form


def _kept(form: PostForm | DeclineForm, write: Callable[[], object]) -> object:
    """Do it; what was masked stands in the form, to be looked at and sent again."""
    try:
        return write()
    except Masked as problem:
        text = form.answer if isinstance(form, PostForm) else form.reason
        text.data, problem.field = problem.masked, text.name
        raise
