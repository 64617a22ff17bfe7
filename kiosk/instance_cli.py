"""Commands of an instance: init, serve, migrate."""

import getpass
import sys
from pathlib import Path

import click

from kiosk.core.config import locate
from kiosk.core.errors import Invalid
from kiosk.core.i18n import lazy
from kiosk.cli import open_app


@click.command()
@click.option("--name", help="The school's name.")
@click.option("--timezone", help="The school's time zone, e.g. Asia/Shanghai.")
@click.option("--yes", is_flag=True, help="Ask nothing; make no account.")
def init(name: str | None, timezone: str | None, yes: bool) -> None:
    """Make an empty, real school; ask for what is not given."""
    from kiosk.instance import add_first_account, create_school

    instance = locate()
    if not yes and not sys.stdin.isatty() and name is None:
        raise Invalid(lazy("Give --name and --yes where nobody can be asked."))
    name = name or click.prompt("学校名称 / School name")
    timezone = timezone or ("Asia/Shanghai" if yes else click.prompt("时区 / Time zone", default="Asia/Shanghai"))
    app = create_school(Path(instance.folder), name=name, timezone=timezone)
    if not yes:
        username = click.prompt("第一个账号 / First account", default="admin")
        password = getpass.getpass("密码 / Password: ")
        add_first_account(app, username=username, password=password)
    click.echo(f"{name}: {instance.folder}")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, envvar="PORT")
@click.option("--workers", default=2, show_default=True)
@click.option("--threads", default=64, show_default=True)
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the school with the settings measured to be right."""
    from kiosk.serving import Server, settings

    app = open_app()
    Server(app.extensions["kiosk_instance"], **settings(host=host, port=port, workers=workers, threads=threads)).run()


commands = [init, serve]
