"""Cases in the office: mine, offered, late, all; one with all one needs; and what can be done with it."""

import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from kiosk.attachments.queries import attachment, attachments
from kiosk.auth.queries import account_named
from kiosk.cases import queries, services
from kiosk.cases.forms import FIELDS, ActForm, act_form, new_case_form
from kiosk.cases.models import DAY, ENDINGS, STATES, Case
from kiosk.cases.permissions import USE_CASES
from kiosk.cases.queries import ALL, MINE, VIEWS, Filter
from kiosk.core import downloads
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.errors import Conflict, Forbidden
from kiosk.core.i18n import _
from kiosk.core.security import requires
from kiosk.core.web import actor, safe_next
from kiosk.counters.queries import places
from kiosk.school import queries as school

blueprint = Blueprint("cases", __name__, url_prefix="/cases")

MOST_PAGES = 100_000


@blueprint.get("/")
@requires(USE_CASES)
def index() -> str:
    """The lists, narrowed and page by page."""
    view = request.args.get("view", MINE)
    view = view if view in VIEWS else MINE
    wanted = Filter(*(request.args.get(name, "") for name in Filter._fields))
    number = min(max(1, request.args.get("page", 1, type=int)), MOST_PAGES)
    found = queries.listed(actor(), view, wanted, number)
    return render_template(
        "office/cases/index.html",
        view=view,
        wanted=wanted,
        found=found,
        page=number,
        pages=-(-found.total // queries.A_PAGE) or 1,
        counts=queries.counts(actor()),
        kinds=queries.kinds(),
        states=STATES,
        dues=queries.HEAPS,
        places=[(code, label) for code, _place, label in places()],
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {
        "kind_label": queries.kind_label,
        "subject_label": queries.labels(),
        "is_late": queries.is_late,
        "ALL": ALL,
    }


@blueprint.route("/new", methods=["GET", "POST"])
@requires(USE_CASES)
def new() -> Answer:
    """Take down what somebody says: whoever hears it first owns it."""
    form = new_case_form()
    if saved := save(form, lambda: services.take_down(by=actor(), **form.values())):
        message = _(
            "Written down as no. %(number)s. It is yours until somebody accepts it.", number=saved.result.id
        )
        return done(message, _at(saved.result))
    return page(render_template("office/cases/new.html", form=form), form)


def _at(case: Case) -> str:
    return url_for(".show", number=case.id)


@blueprint.get("/<int:number>")
@requires(USE_CASES)
def show(number: int) -> Answer:
    """A case: what was said, whose it is, until when and why, what comes next, and all that happened."""
    return _page(_visible(number))


def _visible(number: int) -> Case:
    """A case that the account may see; Forbidden for anybody else."""
    found = queries.case(number)
    if not queries.may_see(actor(), found):
        raise Forbidden
    return found


def _page(
    case: Case, sent: ActForm | None = None, verb: str = "", since: int | None = None
) -> tuple[str, int]:
    """The page; with the form that could not be taken, and what was done since the step that it had seen."""
    possible = queries.actions(actor(), case)
    if sent is not None and verb not in possible:
        possible = [verb, *possible]
    reads_all = queries.reads_all(actor(), case)
    known = {"revision": case.revision}
    forms = {one: act_form(one, case, formdata=None, **known, **_begun(one, case)) for one in possible}
    if sent is not None:
        forms[verb] = sent
    happened = queries.history(case) if reads_all else queries.masked_history(case)
    text = render_template(
        "office/cases/show.html",
        case=case,
        meanwhile=[] if since is None else [one for one in happened if one.step.number > since],
        earlier=queries.earlier(case) if case.reopened else [],
        by_hand=queries.is_told_by_hand(case),
        askers=queries.askers(case),
        readers=queries.readers(case),
        wait_days=queries.WAIT_DAYS,
        forms=forms,
        sent=verb if sent is not None else "",
        next=verb if sent is not None else _next(possible),
        fields=FIELDS,
        history=[one for one in happened if one.step.verb != "read"],
        reads_all=reads_all,
        due=queries.due_of(case),
        today=school.today(),
        received_day=school.local(case.received_at).date(),
        outcome_words=lambda code: ENDINGS.get(code, ""),
        by_asker=queries.BY_ASKER,
        photos=attachments(services.subject_of(case)),
        moved=queries.moves(case),
        again=queries.again(case),
        public=queries.public_address(case.subject),
        office=queries.office_address(case.subject),
        **_words(),
    )
    return page(text, *([sent] if sent is not None else []))


NEVER_NEXT = ("correct", "reopen", "classify", "release", "note", "decide")
"""What can be done, and does not wait for anybody."""


def _next(possible: list[str]) -> str:
    """What waits for whoever looks at it; nothing, if it is not theirs or all is done."""
    return next((verb for verb in possible[:1] if verb not in NEVER_NEXT), "")


def _begun(verb: str, case: Case) -> dict[str, str]:
    """What a verb's form begins with: what was asked, as everybody would read it."""
    return {"text": queries.shown_words(case)} if verb == "release" else {}


@blueprint.get("/<int:number>/photo/<int:photo_id>")
@requires(USE_CASES)
def photo(number: int, photo_id: int) -> Response:
    """A picture that came with a case, for whoever reads all that was said."""
    found = _visible(number)
    if not queries.reads_all(actor(), found):
        raise Forbidden
    one, data = attachment(photo_id, services.subject_of(found))
    return downloads.answer(data, one.media_type, f"case-{number}-{one.id}")


Act = Callable[..., object]
ACTS: dict[str, Act] = {
    "acknowledge": services.acknowledge,
    "accept": services.accept,
    "refuse": services.refuse,
    "offer": services.offer,
    "assign": services.assign,
    "classify": services.classify,
    "reply": services.reply,
    "plan": services.plan,
    "wait": services.wait,
    "resume": services.resume,
    "answer": services.answer,
    "decide": services.decide,
    "tell": services.tell,
    "close": services.close,
    "reopen": services.reopen,
    "correct": services.correct,
    "release": services.release,
    "note": services.note,
}
"""What each verb of the address does."""
NOTE = {"offer": "note", "tell": "note", "close": "note", "resume": "text", "note": "text"}
"""What a verb's service calls the text for colleagues; the others say `reason`."""


@blueprint.post("/<int:number>/<any(" + ", ".join(ACTS) + "):verb>")
@requires(USE_CASES)
def act(number: int, verb: str) -> Answer:
    """Do something with a case. What cannot be taken comes back with what was typed."""
    found = _visible(number)
    form, before = act_form(verb, found), found.revision
    try:
        saved = save(form, lambda: _act(verb, found, form))
    except Conflict as problem:
        return _stale(found, form, verb, problem)
    if saved:
        said = _("Saved.") if found.revision > before else _("That was saved already.")
        shown = _at(found) if queries.may_see(actor(), found) else url_for(".index")
        return done(said, safe_next(request.form.get("next"), shown))
    if verb == "close" and found.is_open:
        verb, form = "answer", _kept(found, form)
    return _page(found, form, verb)


def _stale(case: Case, form: ActForm, verb: str, problem: Conflict) -> Answer:
    """The page with what was typed and what was done meanwhile; sent again, it counts as seen."""
    seen = form.revision.data
    form.form_errors.append(str(problem))
    form.revision.data, form.revision.raw_data = case.revision, None
    text, _status = _page(case, form, verb, since=seen)
    return text, problem.status


def _kept(case: Case, closing: ActForm) -> ActForm:
    """The form of an answer, with what was written to close a case that has none."""
    text = request.form.get("text") or closing["reason"].data
    kept = {"text": text, "outcome": closing["outcome"].data, "date": closing["date"].data}
    form = act_form("answer", case, formdata=None, revision=case.revision, **kept)
    form["text"].errors = [*closing.form_errors, *(error for one in closing for error in one.errors)]
    return form


def _act(verb: str, case: Case, form: ActForm) -> None:
    given: dict[str, Any] = {"seen": form.revision.data}
    for name in FIELDS[verb]:
        given.update(_given(verb, name, form[name].data))
    try:
        ACTS[verb](by=actor(), case=case, **given)
    except services.Masked as problem:
        form["text"].data = problem.masked
        raise


def _given(verb: str, name: str, value: Any) -> dict[str, Any]:
    match name:
        case "to":
            return {"to": _person(value or "")}
        case "date":
            return {"day": DAY.read(value)}
        case "reason":
            return {NOTE.get(verb, "reason"): value or ""}
    return {name: value or ""}


def _person(text: str) -> int | None:
    """Who is meant: by number, as the page sends it, or by the name one signs in with."""
    if re.fullmatch(r"[0-9]{1,9}", text):
        return int(text)
    found = account_named(text) if text else None
    return found.person.number if found else None
