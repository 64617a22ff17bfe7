"""The signs of how the school has set it up: tablets, accounts, settings."""

from collections.abc import Iterator
from datetime import timedelta

from kiosk.auth import queries as auth
from kiosk.core import clock
from kiosk.core.i18n import _, lazy, listed, ngettext
from kiosk.core.web import named
from kiosk.counters import queries as counters
from kiosk.counters.queries import TabletNow
from kiosk.operation.signs.sign import GOOD, WAIT, WARN, Sign, say
from kiosk.school import queries as school

JUST_HEARD = timedelta(minutes=10)
LEADERS = ("head", "admin")
POSTERS = ("head", "canteen_manager")
"""The roles that may post purchases; a test compares."""


def tablets() -> Sign:
    """Whether the tablets are heard."""
    title, devices = (
        lazy("Tablets"),
        [device for device in counters.tablets_now() if not device.tablet.revoked_at],
    )
    if not devices:
        advice = _("Enrol the first one.")
        return Sign("tablets", WAIT, title, _("No tablet is enrolled."), advice)
    answer = _heard(devices)
    advice = _("Go and see whether they have power and network.")
    if silent := list(dict.fromkeys(named(device.counter) for device in counters.silences(clock.now()))):
        answer = say(answer, _("Silent: %(names)s.", names=listed(silent)))
        return Sign("tablets", WARN, title, answer, advice)
    if never := list(
        dict.fromkeys(named(device.tablet.counter) for device in devices if _never_heard(device))
    ):
        answer = say(answer, _("Never heard: %(names)s.", names=listed(never)))
        return Sign("tablets", WARN, title, answer, advice)
    if refused := sum(device.refused for device in devices):
        answer = say(answer, ngettext("%(num)s entry was refused.", "%(num)s entries were refused.", refused))
        return Sign("tablets", WARN, title, answer, _("See which ratings could not be delivered."))
    if not all(_just_heard(device) for device in devices):
        return Sign("tablets", WAIT, title, say(answer, _("None of the others should be in use now.")))
    return Sign("tablets", GOOD, title, answer)


def _heard(devices: list[TabletNow]) -> str:
    answer: str = ngettext(
        "%(num)s tablet is enrolled, %(heard)s in contact now; ratings not sent yet: %(unsent)s.",
        "%(num)s tablets are enrolled, %(heard)s in contact now; ratings not sent yet: %(unsent)s.",
        len(devices),
        heard=sum(_just_heard(device) for device in devices),
        unsent=sum(device.heartbeat.unsent for device in devices if device.heartbeat),
    )
    return answer


def _just_heard(device: TabletNow) -> bool:
    return device.heartbeat is not None and clock.now() - device.heartbeat.seen_at < JUST_HEARD


def _never_heard(device: TabletNow) -> bool:
    return device.heartbeat is None and clock.now() - device.tablet.enrolled_at >= JUST_HEARD


def posting() -> Sign:
    """Whether anybody may post purchases."""
    title = lazy("Posting purchases")
    names = [
        account.name or account.username
        for account in auth.accounts()
        if account.active and not account.role_names.isdisjoint(POSTERS)
    ]
    if names:
        return Sign("posting", GOOD, title, _("May post: %(names)s.", names=listed(names)))
    answer = _("Nobody can post purchases yet: this takes a canteen manager or the head of logistics.")
    return Sign("posting", WARN, title, answer, _("Add an account with one of these roles."))


def second_factor() -> Sign:
    """Whether those who can change settings sign in with a code, too."""
    without = [
        account.name or account.username
        for account in auth.accounts()
        if account.active and not account.role_names.isdisjoint(LEADERS) and account.totp_secret is None
    ]
    if not without:
        answer = _("Everybody who can change settings signs in with a password and a code.")
        return Sign("second_factor", GOOD, lazy("Second factor"), answer)
    answer = _("With a password alone: %(names)s.", names=listed(without))
    advice = _(
        "They turn it on under “My account”; under Settings → School it can be required of their role."
    )
    return Sign("second_factor", WARN, lazy("Second factor"), answer, advice)


def settings() -> Iterator[Sign]:
    """Only if something stored cannot be used: then another value is in force than somebody once chose."""
    labels = [str(setting.label) for setting in school.misfits() if setting.label]
    unknown = [setting.name for setting in school.misfits() if not setting.label]
    answer = _("Stored, and nothing of this version reads it: %(names)s.", names=_("; ").join(unknown))
    if labels:
        bad = _(
            "What is stored cannot be used, and the default is in force: %(names)s.",
            names=_("; ").join(labels),
        )
        advice = _("Look at them in the settings, and save what shall be in force.")
        yield Sign("settings", WARN, lazy("Settings"), say(bad, answer) if unknown else bad, advice)
    elif unknown:
        yield Sign("settings", WAIT, lazy("Settings"), answer)
