"""The command line: `kiosk`. Each room adds its own commands in its cli.py."""

import sys
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any

import click
from flask import Flask
from sqlalchemy.exc import DatabaseError

from kiosk import manifests, nothing_collected
from kiosk.core import config, terminal
from kiosk.core.config import Instance, locate
from kiosk.core.errors import Damaged, Problem
from kiosk.core.i18n import lazy
from kiosk.core.terminal import Group
from kiosk.core.web import KioskApp, database_problem, speak


class Main(Group):
    """All commands. They speak the terminal's language; a Problem ends one with a clear line and status 1."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command line."""
        with terminal.speaking(terminal.language()):
            return super().main(*args, **kwargs)

    def invoke(self, context: click.Context) -> Any:
        """Run the command that was named."""
        try:
            with _speaker().app_context():
                return super().invoke(context)
        except Problem as problem:
            self.fail(problem)
        except DatabaseError as error:
            known = database_problem(error)
            if known is None:
                raise
            self.fail(known)

    @staticmethod
    def fail(problem: Problem) -> None:
        """Say what is wrong, in the terminal's language, on the error output, and leave."""
        with terminal.speaking(terminal.language()), _speaker().app_context():
            line = str(problem)
        click.echo("kiosk: " + " ".join(line.split()), err=True)
        sys.exit(1)


def _speaker() -> Flask:
    """An app that can do nothing but translate: the school's own may be what is missing."""
    app = Flask(__name__)
    speak(app)
    return app


@click.group(cls=Main, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Ratings at a school's service counters, beside what its canteens bought."""


def open_app(instance: Instance | None = None, *, any_version: bool = False) -> KioskApp:
    """The application of an instance that is there, sound and up to date; else Damaged, with the way out."""
    from kiosk import create_app
    from kiosk.setup.instance import check_sound, check_version

    instance = instance or locate()
    if not instance.exists:
        raise Damaged(
            lazy("There is no school in %(folder)s yet. Run: kiosk init"), folder=str(instance.folder)
        )
    check_sound(instance)
    if not any_version:
        check_version(instance)
    return create_app(instance)


def with_app(function: Callable[..., Any]) -> Callable[..., Any]:
    """Run a command inside the application's context."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        app = open_app()
        with app.app_context():
            return function(*args, **kwargs)

    return run


def back_up() -> None:
    """Back the school up, as the server does by itself; inside the application's context."""
    from kiosk.operation import backups
    from kiosk.setup.moving import back_up

    instance = config.current()
    back_up(instance)
    backups.prune(instance)


@nothing_collected()
def load_rooms() -> None:
    """Collect every room's commands."""
    for room in manifests():
        for door in room.commands:
            for command in import_module(f"{room.package}.{door}").commands:
                main.add_command(command)


load_rooms()
