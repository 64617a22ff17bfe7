"""By which article a case or a commitment goes: said where it is looked at, and taken back."""

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from kiosk.core.edit import done
from kiosk.core.errors import Invalid
from kiosk.core.formats import whole
from kiosk.core.i18n import _, lazy
from kiosk.core.security import requires
from kiosk.core.web import actor
from kiosk.rules import queries, services
from kiosk.rules.models import RuleVersion
from kiosk.rules.permissions import READ_RULES
from kiosk.rules.services.publishing import any_version

blueprint = Blueprint("rules_citing", __name__, url_prefix="/rules/citations")


def _page_of(subject: str) -> str:
    kind, _colon, number = subject.partition(":")
    endpoint = "office.cases.show" if kind == services.CASE else "office.commitments.show"
    return url_for(endpoint, number=int(number), _anchor="cited")


def _version(text: str) -> tuple[RuleVersion, str]:
    """The version and the article that a choice names: `12:abcd1234`."""
    number, _colon, article = text.partition(":")
    found = any_version(whole(number) or 0)
    if found is None:
        raise Invalid(lazy("Please choose an article."), field="article")
    return found, article


@blueprint.post("")
@requires(READ_RULES)
def cite() -> Response:
    """Say by which article it goes (`subject`, `article`)."""
    subject = request.form.get("subject", "")
    version, article = _version(request.form.get("article", ""))
    services.cite(by=actor(), subject=subject, version=version, article=article)
    return done(_("Everybody reads from now on that it goes by this article."), _page_of(subject))


@blueprint.post("/<int:number>/remove")
@requires(READ_RULES)
def remove(number: int) -> Response:
    """Take it back."""
    found = queries.citation(number)
    services.take_back(by=actor(), citation=found)
    return done(_("Taken back."), _page_of(found.subject))
