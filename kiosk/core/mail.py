"""Sending a letter by SMTP, as `KIOSK_SMTP_URL` says: smtp://[user:password@]host[:port] or smtps://…"""

import smtplib
import socket
import ssl
from collections.abc import Sequence
from datetime import timedelta
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

from kiosk.core import clock
from kiosk.core.config import Instance
from kiosk.core.errors import Problem
from kiosk.core.i18n import lazy

WAIT = 20.0
"""Seconds for each step with the mail server."""


class NotSent(Problem):
    """A letter, or a robot's message, that did not leave; it may be tried again."""

    code = "not-sent"
    status = 502
    wait: timedelta | None = None
    """So long whoever refused asks to be left alone."""


def sender(instance: Instance) -> str:
    """Who the letters of an instance come from."""
    host = urlsplit(instance.public_url or "").hostname or socket.gethostname()
    return str(instance.get("KIOSK_MAIL_FROM") or f"kiosk@{host}")


def send(url: str, *, to: Sequence[str], sender: str, subject: str, text: str, mark: str = "") -> None:
    """Send a letter to all of `to` at once, or raise NotSent with the reason.

    With a `mark` the same letter has the same Message-ID each time it is sent, by which mail programs and
    servers know it.

    smtps:// speaks TLS from the first byte; smtp:// turns to it where the server offers that. A password is
    never sent in the clear.
    """
    letter = EmailMessage()
    try:
        letter["Subject"], letter["From"], letter["To"] = subject, sender, ", ".join(to)
        letter["Date"], letter["Message-ID"] = formatdate(clock.now().timestamp()), _id(mark, sender)
        letter.set_content(text)
        with _connect(url) as server:
            refused = server.send_message(letter)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise NotSent(lazy("The mail was not sent: %(error)s"), error=_plain(error)) from error
    if refused:
        raise NotSent(lazy("The mail was not sent: %(error)s"), error=", ".join(sorted(refused)))


def _id(mark: str, sender: str) -> str:
    return f"<{mark}@{sender.rpartition('@')[2]}>" if mark else make_msgid()


def _plain(error: Exception) -> str:
    """What went wrong as one line."""
    return " ".join(str(error).split())[:200] or type(error).__name__


def _connect(url: str) -> smtplib.SMTP:
    where, trusted = urlsplit(url), ssl.create_default_context()
    if where.scheme not in ("smtp", "smtps") or not where.hostname:
        raise ValueError("KIOSK_SMTP_URL is written smtp://host:port or smtps://user:password@host")
    if where.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            where.hostname, where.port or 465, timeout=WAIT, context=trusted
        )
    else:
        server = smtplib.SMTP(where.hostname, where.port or 25, timeout=WAIT)
    try:
        secret = where.scheme == "smtps"
        server.ehlo_or_helo_if_needed()
        if not secret and server.has_extn("starttls"):
            server.starttls(context=trusted)
            secret = True
        if where.username:
            if not secret:
                raise ValueError("the mail server offers no TLS, and a password is not sent in the clear")
            server.login(unquote(where.username), unquote(where.password or ""))
    except BaseException:
        server.close()
        raise
    return server
