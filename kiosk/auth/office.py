"""Accounts: one's own, and everybody's."""

from typing import Any

from flask import (
    Blueprint,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)

from kiosk.auth import queries, services
from kiosk.auth.forms import (
    AccountForm,
    CodeForm,
    ConfirmForm,
    NewAccountForm,
    OwnPasswordForm,
    PasswordForm,
    RoleForm,
    RulesForm,
)
from kiosk.auth.models import ROLES, Account
from kiosk.auth.permissions import MANAGE_ACCOUNTS, OWN_ACCOUNT
from kiosk.core import config, qr
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.forms import choices
from kiosk.core.i18n import _, lazy
from kiosk.core.security import check_password, new_totp_secret, requires, shows_person
from kiosk.core.setting_forms import SettingsForm, field_data
from kiosk.core.web import account, actor
from kiosk.persons import queries as persons
from kiosk.persons.models import Person
from kiosk.school.queries import settings
from kiosk.school.services import change_settings
from kiosk.school.settings import NAME

blueprint = Blueprint("auth", __name__, url_prefix="/accounts")
PENDING = "totp_secret"
"""Where the browser keeps a secret that is not confirmed yet; its owner sees it on the page anyway."""


PAGES = {
    "office.staff.edit": lazy("Person"),
    "office.staff.photo": lazy("Photo"),
    "office.auth.edit": lazy("Account"),
}
"""What the pages are called that show what is known of a person."""


@blueprint.before_request
def at_settings() -> None:
    """The navigation shows where one is: everybody's accounts stand under the settings."""
    view = current_app.view_functions[request.endpoint or ""]
    if getattr(view, "permission", None) is MANAGE_ACCOUNTS:
        g.nav = "office.school.index"


def _own_page(form: OwnPasswordForm | None = None, removal: ConfirmForm | None = None) -> Answer:
    me = account()
    form, removal = form or OwnPasswordForm(formdata=None), removal or ConfirmForm(formdata=None)
    text = render_template(
        "office/auth/index.html",
        form=form,
        removal=removal,
        me=me,
        here=g.sign_in.id,
        sign_ins=queries.sign_ins(me.id),
        demanded=queries.demands_second_factor(me),
        calendar=queries.calendar_key(me.id),
        looks=persons.looks_at(me.person.number),
        pages=PAGES,
    )
    return page(text, form, removal)


@blueprint.get("/")
@requires(OWN_ACCOUNT)
def index() -> Answer:
    """One's own account: password, sign-ins in force, second factor."""
    return _own_page()


def _prove(form: Any) -> None:
    """Raise Invalid if the present password is not the one that was typed."""
    if not check_password(account().password_hash, form.current.data or ""):
        raise Invalid(lazy("This is not your present password."), field="current")


@blueprint.post("/password")
@requires(OWN_ACCOUNT)
def password() -> Answer:
    """Change one's own password; all other browsers are signed out."""
    form = OwnPasswordForm()
    if save(form, lambda: _change_password(form)):
        return done(_("Your password was changed. All other browsers were signed out."), url_for(".index"))
    return _own_page(form)


def _change_password(form: OwnPasswordForm) -> None:
    _prove(form)
    services.set_password(by=actor(), account=account(), password=str(form.password.data), keep=g.sign_in.id)


@blueprint.post("/sign-ins/<int:sign_in_id>/revoke")
@requires(OWN_ACCOUNT)
def revoke(sign_in_id: int) -> Answer:
    """End one of one's own sign-ins."""
    services.revoke_sign_in(by=actor(), sign_in=queries.sign_in(account().id, sign_in_id))
    return done(_("That browser was signed out."), url_for(".index"))


@blueprint.post("/calendar")
@requires(OWN_ACCOUNT)
def make_calendar() -> Answer:
    """Make the address of one's own calendar, and show it: this once, as only its hash is kept."""
    path = f"/due.ics?key={services.make_calendar_key(by=actor(), account=account())}"
    public = config.current().public_url
    scheme, _colon, rest = f"{public}{path}".partition("://") if public else ("", "", "")
    text = render_template(
        "office/auth/calendar.html",
        address=f"{public}{path}" if public else path,
        subscribe=f"webcal://{rest}" if public else "",
        image=qr.svg(f"webcal://{rest}") if public else "",
        is_safe=scheme == "https",
    )
    answer = make_response(text)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/calendar/end")
@requires(OWN_ACCOUNT)
def end_calendar() -> Answer:
    """End the address of one's own calendar."""
    services.remove_calendar_key(by=actor(), account=account())
    return done(
        _("The address of your calendar has ended. Nobody reads your inbox by it any more."),
        url_for(".index"),
    )


@blueprint.get("/second-factor")
@requires(OWN_ACCOUNT)
def second_factor() -> Answer:
    """The QR code for an authenticator app, and the field for its first code."""
    if account().totp_secret:
        return redirect(url_for(".index"))
    return _set_up_page(CodeForm(formdata=None))


def _set_up_page(form: CodeForm) -> Answer:
    me, school = account(), settings()
    secret = session.setdefault(PENDING, new_totp_secret())
    address = services.totp_address(account=me, secret=secret, issuer=school[NAME] or "Kiosk")
    text = render_template(
        "office/auth/second_factor.html",
        form=form,
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        image=qr.svg(address),
        demanded=queries.must_set_second_factor(me),
    )
    return page(text, form)


@blueprint.post("/second-factor")
@requires(OWN_ACCOUNT)
def set_second_factor() -> Answer:
    """Turn one's own second factor on with a first code."""
    form, me, secret = CodeForm(), account(), session.get(PENDING, "")
    if me.totp_secret:
        return redirect(url_for(".index"))
    if save(form, lambda: services.set_second_factor(by=actor(), account=me, secret=secret, **form.values())):
        session.pop(PENDING, None)
        message = _("The second factor is on. From now on, signing in asks for a code too.")
        return done(message, url_for(".index"))
    return _set_up_page(form)


@blueprint.post("/second-factor/remove")
@requires(OWN_ACCOUNT)
def remove_second_factor() -> Answer:
    """Turn one's own second factor off, where the role does not demand it."""
    form = ConfirmForm()
    if queries.demands_second_factor(account()):
        raise Conflict(lazy("Your role needs a second factor; it cannot be turned off."))
    if save(form, lambda: _remove_second_factor(form)):
        return done(_("The second factor is off."), url_for(".index"))
    return _own_page(removal=form)


def _remove_second_factor(form: ConfirmForm) -> None:
    _prove(form)
    services.remove_second_factor(by=actor(), account=account())


@blueprint.get("/all")
@requires(MANAGE_ACCOUNTS)
def accounts() -> Answer:
    """Everybody's accounts, and which roles need a second factor."""
    values = {setting.name: field_data(setting, settings()[setting]) for setting in RulesForm.declared}
    return _accounts_page(RulesForm(formdata=None, data=values))


def _accounts_page(rules: SettingsForm) -> Answer:
    found = queries.accounts()
    return page(render_template("office/auth/accounts.html", accounts=found, rules=rules), rules)


@blueprint.post("/rules")
@requires(MANAGE_ACCOUNTS)
def rules() -> Answer:
    """Change which roles need a second factor."""
    form = RulesForm()
    if save(form, lambda: change_settings(by=actor(), **form.typed())):
        return done(_("The rules of signing in were saved."), url_for(".accounts"))
    return _accounts_page(form)


@blueprint.route("/all/new", methods=["GET", "POST"])
@requires(MANAGE_ACCOUNTS)
def new() -> Answer:
    """Add an account."""
    form = NewAccountForm()
    form.person.choices, form.place.choices = _persons(), _places()
    if saved := save(form, lambda: _add_account(form)):
        message = _("The account %(name)s was added.", name=saved.result.username)
        return done(message, url_for(".accounts"))
    return page(render_template("office/auth/new.html", form=form), form)


def _add_account(form: NewAccountForm) -> Account:
    values = form.values(person=persons.person(form.person.data) if form.person.data else None)
    del values["again"]
    return services.add_account(by=actor(), at=queries.place(values.pop("place")), **values)


def _places() -> list[Any]:
    known = [(code, label) for code, _place, label in queries.places()]
    return choices([("", _("Please choose")), *known])


def _persons() -> list[Any]:
    """Whom an account may belong to: somebody new, or anybody known, told from namesakes by the number."""
    known = [(one.id, _known(one)) for one in persons.people()]
    return choices([(0, _("Somebody new")), *known])


def _known(one: Person) -> str:
    return " · ".join(filter(None, (one.name, one.post, one.badge, _("No. %(number)s", number=one.id))))


def _edit_page(
    who: Account,
    form: AccountForm | None = None,
    reset: PasswordForm | None = None,
    role: RoleForm | None = None,
) -> Answer:
    form, reset = form or _account_form(who, formdata=None), reset or PasswordForm(formdata=None)
    role = role or _role_form(formdata=None)
    text = render_template(
        "office/auth/edit.html",
        who=who,
        form=form,
        reset=reset,
        role=role,
        sign_ins=queries.sign_ins(who.id),
        place_names={place: label for _code, place, label in queries.places()},
    )
    return page(text, form, reset, role)


def _role_form(**options: Any) -> RoleForm:
    form = RoleForm(**options)
    form.place.choices = _places()
    return form


@blueprint.post("/all/<username>/roles")
@requires(MANAGE_ACCOUNTS)
def give_role(username: str) -> Answer:
    """Give an account a further role, for the whole school or at one canteen or counter."""
    who, form = queries.account(username), _role_form()
    if save(form, lambda: _give_role(form, who)):
        return done(_("The role was given."), url_for(".edit", username=username))
    return _edit_page(who, role=form)


def _give_role(form: RoleForm, who: Account) -> None:
    at = queries.place(form.place.data)
    services.give_role(by=actor(), account=who, role=form.role.data, at=at)


@blueprint.post("/all/<username>/roles/<int:role_id>/take")
@requires(MANAGE_ACCOUNTS)
def take_role(username: str, role_id: int) -> Answer:
    """Take a role away."""
    who = queries.account(username)
    services.take_role(by=actor(), account=who, role=queries.role(who, role_id))
    return done(_("The role was taken away."), url_for(".edit", username=username))


@blueprint.get("/rights")
@requires(OWN_ACCOUNT)
def rights() -> str:
    """Who may do what: every right by role, and how far it reaches."""
    return render_template("office/auth/rights.html", roles=ROLES, rights=queries.rights())


def _account_form(who: Account, **options: Any) -> AccountForm:
    form = AccountForm(
        data={"person": who.person.number, "name": who.name, "active": who.active},
        **options,
    )
    form.person.choices = [one for one in _persons() if one.value]
    if who.person.number not in [one.value for one in form.person.choices]:
        form.person.choices.insert(0, *choices([(who.person.number, _known(who.person))]))
    return form


@blueprint.route("/all/<username>", methods=["GET", "POST"])
@requires(MANAGE_ACCOUNTS)
@shows_person(lambda username: queries.account(username).person.number)
def edit(username: str) -> Answer:
    """Change an account's name, role or activity."""
    who = queries.account(username)
    form = _account_form(who)
    if save(form, lambda: _change_account(form, who)):
        return done(_("The account %(name)s was saved.", name=who.username), url_for(".accounts"))
    return _edit_page(who, form)


def _change_account(form: AccountForm, who: Account) -> None:
    values = form.values(person=persons.person(form.person.data))
    services.change_account(by=actor(), account=who, **values)


@blueprint.post("/all/<username>/password")
@requires(MANAGE_ACCOUNTS)
def reset_password(username: str) -> Answer:
    """Give somebody a new password; all browsers of the account are signed out."""
    who, form = queries.account(username), PasswordForm()
    keep = g.sign_in.id if who.id == account().id else None
    if save(
        form,
        lambda: services.set_password(by=actor(), account=who, password=str(form.password.data), keep=keep),
    ):
        message = _("The account %(name)s has a new password.", name=who.username)
        return done(message, url_for(".edit", username=username))
    return _edit_page(who, reset=form)


@blueprint.post("/all/<username>/sign-out")
@requires(MANAGE_ACCOUNTS)
def sign_out_everywhere(username: str) -> Answer:
    """End all sign-ins of an account."""
    who = queries.account(username)
    services.end_sign_ins(by=actor(), account=who)
    message = _("All browsers of %(name)s were signed out.", name=who.username)
    return done(message, url_for(".edit", username=who.username))


@blueprint.post("/all/<username>/sign-ins/<int:sign_in_id>/revoke")
@requires(MANAGE_ACCOUNTS)
def sign_out_one(username: str, sign_in_id: int) -> Answer:
    """End one sign-in of an account."""
    who = queries.account(username)
    services.revoke_sign_in(by=actor(), sign_in=queries.sign_in(who.id, sign_in_id))
    return done(_("That browser was signed out."), url_for(".edit", username=who.username))


@blueprint.post("/all/<username>/second-factor/remove")
@requires(MANAGE_ACCOUNTS)
def reset_second_factor(username: str) -> Answer:
    """Take away the second factor of somebody whose phone was lost."""
    who = queries.account(username)
    services.remove_second_factor(by=actor(), account=who)
    message = _("The second factor of %(name)s was removed.", name=who.username)
    return done(message, url_for(".edit", username=who.username))
