"""Attachments of drafts: on a page of their own where the draft is written on pages of its kind."""

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from kiosk.core import edit
from kiosk.core.edit import Answer
from kiosk.core.errors import NotFound
from kiosk.core.i18n import _
from kiosk.core.security import requires
from kiosk.core.web import actor
from kiosk.postings import brought, queries
from kiosk.postings.attached import handed_out
from kiosk.postings.forms import AttachmentsForm
from kiosk.postings.models import PostingDraft
from kiosk.postings.permissions import VIEW_POSTINGS
from kiosk.postings.queries import place_of

blueprint = Blueprint("posting_attachments", __name__, url_prefix="/postings")


def _drafted(number: int) -> PostingDraft:
    posting = queries.posting(number)
    kind = queries.kind_in_use(posting.kind)
    kind.ask(kind.drafts, actor(), place_of(posting))
    if posting.draft is None:
        raise NotFound
    return posting.draft


@blueprint.route("/<int:number>/attachments", methods=["GET", "POST"])
@requires(VIEW_POSTINGS)
@brought.along
def arrange(number: int) -> Answer:
    """Attach files to a draft, name and order them."""
    draft = _drafted(number)
    form, kind = AttachmentsForm(), queries.kind_of(draft.posting.kind)
    if edit.save(form, lambda: brought.take_into(draft)):
        return _on(draft)
    page = render_template(
        "office/postings/attachments.html",
        kind=kind,
        form=form,
        draft=draft,
        posting=draft.posting,
        attached=queries.of_draft(draft),
    )
    return edit.page(page, form)


def _on(draft: PostingDraft) -> AnyResponse:
    if brought.is_about_files():
        return redirect(url_for(".arrange", number=draft.posting_id, _anchor="attachments"))
    address = url_for("office.postings.draft", number=draft.posting_id)
    return edit.done(_("The draft was saved. It is not posted yet."), address)


@blueprint.get("/<int:number>/attachments/<int:attachment>")
@requires(VIEW_POSTINGS)
def attachment(number: int, attachment: int) -> Response:
    """An attachment of a draft, for whoever may see drafts."""
    posting = queries.posting(number)
    queries.kind_in_use(posting.kind)
    found = queries.of_draft(posting.draft) if posting.draft else []
    return handed_out(found, attachment)
