"""Accounts: one's own, and everybody's."""

from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from kiosk.auth import queries, services
from kiosk.auth.forms import (
    AccountForm,
    CodeForm,
    ConfirmForm,
    NewAccountForm,
    OwnPasswordForm,
    PasswordForm,
    RulesForm,
)
from kiosk.auth.models import Account
from kiosk.auth.permissions import MANAGE_ACCOUNTS, OWN_ACCOUNT
from kiosk.auth.settings import SECOND_FACTOR_ROLES
from kiosk.core import qr
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.forms import at_field, choices
from kiosk.core.i18n import _, lazy
from kiosk.core.security import check_password, new_totp_secret, requires
from kiosk.core.setting_forms import shown
from kiosk.core.web import account, user
from kiosk.persons import queries as persons
from kiosk.persons.models import Person
from kiosk.school.queries import settings
from kiosk.school.services import change_settings
from kiosk.school.settings import NAME

blueprint = Blueprint("auth", __name__, url_prefix="/accounts")
PENDING = "totp_secret"
"""Where the browser keeps a secret that is not confirmed yet; its owner sees it on the page anyway."""

Answer = Response | str | tuple[str, int]


@blueprint.before_request
def at_settings() -> None:
    """The navigation shows where one is: everybody's accounts stand under the settings."""
    view = current_app.view_functions[request.endpoint or ""]
    if getattr(view, "permission", None) is MANAGE_ACCOUNTS:
        g.nav = "office.school.index"


def _own_page(form: OwnPasswordForm | None = None, removal: ConfirmForm | None = None) -> str:
    me = account()
    return render_template(
        "office/auth/index.html",
        form=form or OwnPasswordForm(formdata=None),
        removal=removal or ConfirmForm(formdata=None),
        me=me,
        here=g.sign_in.id,
        sign_ins=queries.sign_ins(me.id),
        demanded=me.role in settings()[SECOND_FACTOR_ROLES],
    )


@blueprint.get("/")
@requires(OWN_ACCOUNT)
def index() -> str:
    """One's own account: password, sign-ins in force, second factor."""
    return _own_page()


def _knows_password(form: Any, me: Account) -> bool:
    if check_password(me.password_hash, form.current.data or ""):
        return True
    form.current.errors = [*form.current.errors, _("This is not your present password.")]
    return False


@blueprint.post("/password")
@requires(OWN_ACCOUNT)
def password() -> Answer:
    """Change one's own password; all other browsers are signed out."""
    form, me = OwnPasswordForm(), account()
    if not form.validate_on_submit() or not _knows_password(form, me):
        return _own_page(form), 422
    try:
        services.set_password(by=user(), account=me, password=str(form.password.data), keep=g.sign_in.id)
    except Invalid as problem:
        at_field(form, problem)
        return _own_page(form), 422
    flash(_("Your password was changed. All other browsers were signed out."), "good")
    return redirect(url_for(".index"))


@blueprint.post("/sign-ins/<int:sign_in_id>/revoke")
@requires(OWN_ACCOUNT)
def revoke(sign_in_id: int) -> Answer:
    """End one of one's own sign-ins."""
    services.revoke_sign_in(by=user(), sign_in=queries.sign_in(account().id, sign_in_id))
    flash(_("That browser was signed out."), "good")
    return redirect(url_for(".index"))


@blueprint.get("/second-factor")
@requires(OWN_ACCOUNT)
def second_factor() -> Answer:
    """The QR code for an authenticator app, and the field for its first code."""
    if account().totp_secret:
        return redirect(url_for(".index"))
    return _set_up_page(CodeForm(formdata=None))


def _set_up_page(form: CodeForm) -> str:
    me, school = account(), settings()
    secret = session.setdefault(PENDING, new_totp_secret())
    address = services.totp_address(account=me, secret=secret, issuer=school[NAME] or "Kiosk")
    return render_template(
        "office/auth/second_factor.html",
        form=form,
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        image=qr.svg(address),
        demanded=queries.must_set_second_factor(me),
    )


@blueprint.post("/second-factor")
@requires(OWN_ACCOUNT)
def set_second_factor() -> Answer:
    """Turn one's own second factor on with a first code."""
    form, me = CodeForm(), account()
    if me.totp_secret:
        return redirect(url_for(".index"))
    if not form.validate_on_submit():
        return _set_up_page(form), 422
    try:
        services.set_second_factor(
            by=user(), account=me, secret=session.get(PENDING, ""), code=str(form.code.data)
        )
    except Invalid as problem:
        at_field(form, problem)
        return _set_up_page(form), 422
    session.pop(PENDING, None)
    flash(_("The second factor is on. From now on, signing in asks for a code too."), "good")
    return redirect(url_for(".index"))


@blueprint.post("/second-factor/remove")
@requires(OWN_ACCOUNT)
def remove_second_factor() -> Answer:
    """Turn one's own second factor off, where the role does not demand it."""
    form, me = ConfirmForm(), account()
    if me.role in settings()[SECOND_FACTOR_ROLES]:
        raise Conflict(lazy("Your role needs a second factor; it cannot be turned off."))
    if not form.validate_on_submit() or not _knows_password(form, me):
        return _own_page(removal=form), 422
    services.remove_second_factor(by=user(), account=me)
    flash(_("The second factor is off."), "good")
    return redirect(url_for(".index"))


@blueprint.get("/all")
@requires(MANAGE_ACCOUNTS)
def accounts() -> str:
    """Everybody's accounts, and which roles need a second factor."""
    rules = RulesForm(
        formdata=None, data={one.name: shown(one, settings()[one]) for one in RulesForm.declared}
    )
    return render_template("office/auth/accounts.html", accounts=queries.accounts(), rules=rules)


@blueprint.post("/rules")
@requires(MANAGE_ACCOUNTS)
def rules() -> Answer:
    """Change which roles need a second factor."""
    form = RulesForm()
    if not form.validate_on_submit():
        page = render_template("office/auth/accounts.html", accounts=queries.accounts(), rules=form)
        return page, 422
    change_settings(by=user(), **form.typed())
    flash(_("The rules of signing in were saved."), "good")
    return redirect(url_for(".accounts"))


@blueprint.route("/all/new", methods=["GET", "POST"])
@requires(MANAGE_ACCOUNTS)
def new() -> Answer:
    """Add an account."""
    form = NewAccountForm()
    form.person.choices = _persons()
    if form.validate_on_submit():
        try:
            added = services.add_account(
                by=user(),
                username=str(form.username.data),
                name=str(form.name.data or ""),
                person=persons.person(form.person.data) if form.person.data else None,
                role=form.role.data,
                password=str(form.password.data),
            )
        except (Invalid, Conflict) as problem:
            at_field(form, problem)
        else:
            flash(_("The account %(name)s was added.", name=added.username), "good")
            return redirect(url_for(".accounts"))
    return render_template("office/auth/new.html", form=form), 422 if form.errors else 200


def _persons() -> list[Any]:
    """Whom an account may belong to: somebody new, or anybody known, told from namesakes by the number."""
    known = [(one.id, _known(one)) for one in persons.people()]
    return choices([(0, _("Somebody new")), *known])


def _known(one: Person) -> str:
    return " · ".join(filter(None, (one.name, one.post, one.badge, _("No. %(number)s", number=one.id))))


def _edit_page(who: Account, form: AccountForm | None = None, reset: PasswordForm | None = None) -> str:
    return render_template(
        "office/auth/edit.html",
        who=who,
        form=form or _account_form(who, formdata=None),
        reset=reset or PasswordForm(formdata=None),
        sign_ins=queries.sign_ins(who.id),
    )


def _account_form(who: Account, **options: Any) -> AccountForm:
    form = AccountForm(
        data={"person": who.person.number, "name": who.name, "role": who.role, "active": who.active},
        **options,
    )
    form.person.choices = [one for one in _persons() if one.value]
    if who.person.number not in [one.value for one in form.person.choices]:
        form.person.choices.insert(0, *choices([(who.person.number, _known(who.person))]))
    return form


@blueprint.route("/all/<username>", methods=["GET", "POST"])
@requires(MANAGE_ACCOUNTS)
def edit(username: str) -> Answer:
    """Change an account's name, role or activity."""
    who = queries.account(username)
    form = _account_form(who)
    if form.validate_on_submit():
        try:
            services.change_account(
                by=user(),
                account=who,
                name=str(form.name.data or ""),
                person=persons.person(form.person.data),
                role=form.role.data,
                active=bool(form.active.data),
            )
        except (Invalid, Conflict) as problem:
            at_field(form, problem)
        else:
            flash(_("The account %(name)s was saved.", name=who.username), "good")
            return redirect(url_for(".accounts"))
    return _edit_page(who, form), 422 if form.errors else 200


@blueprint.post("/all/<username>/password")
@requires(MANAGE_ACCOUNTS)
def reset_password(username: str) -> Answer:
    """Give somebody a new password; all browsers of the account are signed out."""
    who, form = queries.account(username), PasswordForm()
    if form.validate_on_submit():
        try:
            keep = g.sign_in.id if who.id == account().id else None
            services.set_password(by=user(), account=who, password=str(form.password.data), keep=keep)
        except Invalid as problem:
            at_field(form, problem)
        else:
            flash(_("The account %(name)s has a new password.", name=who.username), "good")
            return redirect(url_for(".edit", username=who.username))
    return _edit_page(who, reset=form), 422


@blueprint.post("/all/<username>/sign-out")
@requires(MANAGE_ACCOUNTS)
def sign_out_everywhere(username: str) -> Answer:
    """End all sign-ins of an account."""
    who = queries.account(username)
    services.end_sign_ins(by=user(), account=who)
    flash(_("All browsers of %(name)s were signed out.", name=who.username), "good")
    return redirect(url_for(".edit", username=who.username))


@blueprint.post("/all/<username>/sign-ins/<int:sign_in_id>/revoke")
@requires(MANAGE_ACCOUNTS)
def sign_out_one(username: str, sign_in_id: int) -> Answer:
    """End one sign-in of an account."""
    who = queries.account(username)
    services.revoke_sign_in(by=user(), sign_in=queries.sign_in(who.id, sign_in_id))
    flash(_("That browser was signed out."), "good")
    return redirect(url_for(".edit", username=who.username))


@blueprint.post("/all/<username>/second-factor/remove")
@requires(MANAGE_ACCOUNTS)
def reset_second_factor(username: str) -> Answer:
    """Take away the second factor of somebody whose phone was lost."""
    who = queries.account(username)
    services.remove_second_factor(by=user(), account=who)
    flash(_("The second factor of %(name)s was removed.", name=who.username), "good")
    return redirect(url_for(".edit", username=who.username))
