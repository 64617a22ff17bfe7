"""Commands of an instance: init, serve, migrate, check, backup, restore."""

import getpass
import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from kiosk.cli import open_app
from kiosk.core.config import Instance, locate
from kiosk.core.errors import Damaged, Invalid
from kiosk.core.i18n import _, lazy
from kiosk.core.terminal import AS_JSON, command, option


@command()
@option("--name", help="The school's name.")
@option("--timezone", help="The school's time zone (default: Asia/Shanghai).")
@option("--account", help="The user name of the first account, an administrator.")
@option("--password-stdin", is_flag=True, help="Read its password from the input.")
@option("--yes", is_flag=True, help="Ask nothing; without --account, make no account.")
def init(
    name: str | None, timezone: str | None, account: str | None, password_stdin: bool, yes: bool
) -> None:
    """Make an empty, real school; ask for what is not given."""
    from kiosk.setup.instance import add_first_account, check_new_school, create_school

    folder = Path(locate().folder)
    asks = not yes and not (name and account and password_stdin)
    if asks and not sys.stdin.isatty():
        raise Invalid(lazy("This is not an interactive terminal: please give --name and --yes."))
    if asks:
        name = name or click.prompt(_("School name"))
        timezone = timezone or click.prompt(_("Time zone"), default="Asia/Shanghai")
        check_new_school(folder, name=name, timezone=timezone)
        account = account or click.prompt(_("First account (administrator)"), default="admin")
    password = _password(password_stdin) if account else ""
    app = create_school(folder, name=name or "", timezone=timezone or "Asia/Shanghai")
    if account:
        add_first_account(app, username=account, password=password)
    click.echo(f"{name}: {folder}")


def _password(from_stdin: bool) -> str:
    from kiosk.auth.services import check_new_password

    if from_stdin or not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\n")
        check_new_password(password)
        return password
    while True:
        password = getpass.getpass(f"{_('Password')}: ")
        try:
            check_new_password(password)
        except Invalid as error:
            click.echo(str(error), err=True)
            continue
        if password == getpass.getpass(f"{_('Once more')}: "):
            return password
        click.echo(_("They differ."), err=True)


@command()
@option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0 serves the whole network.")
@option("--port", default=8000, show_default=True, envvar="PORT", type=click.IntRange(1, 65535))
@option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@option("--threads", default=96, show_default=True, type=click.IntRange(2, 1000), help="Of each process.")
@option("--welcome", is_flag=True, help="Print every address, a QR code and the sample sign-ins.")
def serve(host: str, port: int, workers: int, threads: int, welcome: bool) -> None:
    """Serve the school with the settings measured to be right."""
    from kiosk.core.served import announced
    from kiosk.operation.backups import serving
    from kiosk.setup.serving import Server, own_address, raise_file_limit, settings
    from kiosk.setup.welcome import greet

    instance = locate()
    if not instance.public_url:
        guessed = {"KIOSK_PUBLIC_URL": own_address(host, port), "address_guessed": True}
        instance = replace(instance, values={**instance.values, **guessed})
    app = open_app(instance)
    with serving(instance), announced(instance):
        raise_file_limit()
        greet(app, everything=welcome)
        Server(app, **settings(host=host, port=port, workers=workers, threads=threads)).run()


@command()
def migrate() -> None:
    """Bring the database to the newest version, after a backup; verify the record before and after."""
    from kiosk.core.db import transaction
    from kiosk.operation import backups
    from kiosk.search.services import rebuild
    from kiosk.setup.instance import check_record, migrate_database

    app = open_app(any_version=True)
    instance: Instance = app.instance
    before = check_record(app)
    if instance.uses_sqlite:
        path, _facts = backups.make(instance)
        click.echo(str(path))
    migrate_database(app)
    with app.app_context(), transaction(wait=60):
        rebuild()  # another version calls some things otherwise
    if check_record(app) != before:
        raise Damaged(lazy("The record is not what it was. Restore the last backup: kiosk restore FILE"))


@command()
@AS_JSON
def check(as_json: bool) -> None:
    """Recount tallies, verify chain, seals, foreign keys and money; exit 1 on any difference."""
    from kiosk.operation import audit

    try:
        app = open_app()
        with app.app_context():
            report = audit.check()
    except Damaged as error:
        report = audit.broken(str(error))
    if as_json:
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False))
    else:
        for problem in report.problems:
            click.echo(problem)
        for line in report.waiting:
            click.echo(line)
        click.echo(_counted(report))
    sys.exit(0 if report.ok else 1)


def _counted(report: Any) -> str:
    facts = _(
        "%(ratings)s ratings, %(tallied)s tallied, %(entries)s chain entries",
        ratings=report.ratings,
        tallied=report.tallied,
        entries=report.chain_entries,
    )
    verdict = _("all is well") if report.ok else _("%(n)s problems", n=len(report.problems))
    return f"{facts}: {verdict}"


@command()
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@AS_JSON
def backup(file: Path | None, as_json: bool) -> None:
    """Copy the running database to FILE (default: a dated name in backups/) and verify the copy."""
    from kiosk.setup.moving import back_up

    app = open_app()
    path, facts = back_up(app.instance, file)
    _tell(path, facts, as_json=as_json)


@command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@AS_JSON
def restore(file: Path, as_json: bool) -> None:
    """Verify a backup, put it in the database's place, and keep the replaced one aside."""
    from kiosk.setup import moving

    instance = locate()
    if not instance.exists:
        message = lazy("There is no config.toml in %(folder)s. Put it back first: it belongs to the backup.")
        raise Invalid(message, folder=str(instance.folder))
    facts, replaced = moving.restore(instance, file)
    place = str(instance.database) if instance.uses_sqlite else "PostgreSQL"
    _tell(place, facts, as_json=as_json, replaced=replaced)


@command()
@option("--to", "url", required=True, help="postgresql://USER:PASSWORD@HOST/DATABASE, an empty database.")
@AS_JSON
def move(url: str, as_json: bool) -> None:
    """Carry the school from SQLite to PostgreSQL; the server is stopped meanwhile."""
    from kiosk.setup import moving

    instance = open_app().instance
    facts, aside = moving.move(instance, url)
    _tell("PostgreSQL", facts, as_json=as_json, replaced=str(aside))


def _tell(path: Path | str, facts: object, *, as_json: bool, replaced: str | None = None) -> None:
    from kiosk.operation.backups import Facts

    assert isinstance(facts, Facts)
    report = {"file": str(path), **facts._asdict(), **({"replaced": replaced} if replaced else {})}
    if as_json:
        click.echo(json.dumps(report))
        return
    click.echo(str(path))
    text = _(
        "%(ratings)s ratings, %(entries)s chain entries, head %(head)s",
        ratings=facts.ratings,
        entries=facts.chain_entries,
        head=facts.chain_head[:12],
    )
    click.echo(text)
    if replaced:
        click.echo(_("replaced: %(place)s", place=replaced))


@command()
@click.argument("address", required=False)
@AS_JSON
def routes(address: str | None, as_json: bool) -> None:
    """Which file and line answers ADDRESS; all addresses without one."""
    from kiosk import create_app
    from kiosk.setup.routes import routes, routes_of

    app = create_app()
    matches = routes_of(app, address) if address else routes(app)
    if as_json:
        click.echo(json.dumps([asdict(route) for route in matches]))
        return
    for route in matches:
        click.echo(
            f"{','.join(route.methods):9} {route.address}  {route.file}:{route.line}  {route.function}"
        )


commands = [init, serve, migrate, check, backup, restore, move, routes]
