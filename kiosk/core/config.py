"""The instance: one folder holds one school's configuration, database, uploads and backups."""

import json
import os
import re
import secrets
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.core.errors import Damaged
from kiosk.core.i18n import lazy

ROOT = Path(__file__).resolve().parents[2]
CONFIG = "config.toml"
POSTGRESQL = re.compile(r"^postgres(ql)?(\+psycopg)?://")


@dataclass(frozen=True)
class Instance:
    """Where an instance lies and what its configuration says. Environment variables win over config.toml."""

    folder: Path
    values: dict[str, Any]
    database_at: str | None = None
    """The address of another database than the configuration names: while data is carried there or back."""

    @property
    def exists(self) -> bool:
        """Whether a school was set up in the folder."""
        return (self.folder / CONFIG).exists()

    @property
    def database(self) -> Path:
        """The SQLite file (it is there only when no DATABASE_URL is given)."""
        return self.folder / "kiosk.sqlite3"

    @property
    def database_url(self) -> str:
        """The address of the database: the embedded one's, or PostgreSQL's as its own tools take it.

        Raises Damaged for any other.
        """
        if self.database_at:
            return self.database_at
        url = str(self.get("DATABASE_URL") or f"sqlite:///{self.database}")
        url = POSTGRESQL.sub("postgresql://", url)
        if not url.startswith(("sqlite:///", "postgresql://")):
            raise Damaged(lazy("DATABASE_URL begins with postgresql://, or is not set at all."))
        return url

    @property
    def sqlalchemy_url(self) -> str:
        """SQLAlchemy's address; that of PostgreSQL names only the driver, which is handed `database_url`."""
        return self.database_url if self.uses_sqlite else "postgresql+psycopg://"

    @property
    def uses_sqlite(self) -> bool:
        """Whether the embedded database is used."""
        return self.database_url.startswith("sqlite:")

    @property
    def secret_key(self) -> str:
        """Signs cookies, passes and QR tokens."""
        return str(self.values.get("secret_key") or "")

    @property
    def public_url(self) -> str | None:
        """The address that QR codes carry, without a trailing slash; a request's Host never decides it."""
        url = self.get("KIOSK_PUBLIC_URL")
        return str(url).rstrip("/") if url else None

    def get(self, key: str) -> Any:
        """A setting from the environment or from config.toml (any case), or None."""
        return os.environ.get(key) or self.values.get(key) or self.values.get(key.lower())


def locate(folder: str | Path | None = None) -> Instance:
    """The instance at `folder`, else at KIOSK_INSTANCE, else `instance/` of the checkout.

    Raises Damaged when config.toml cannot be read.
    """
    place = Path(folder or os.environ.get("KIOSK_INSTANCE") or ROOT / "instance").absolute()
    file = place / CONFIG
    if not file.exists():
        return Instance(place, {})
    try:
        return Instance(place, tomllib.loads(file.read_text("utf-8")))
    except (OSError, ValueError) as error:
        message = lazy("%(file)s cannot be read: %(error)s")
        raise Damaged(message, file=str(file), error=str(error)) from error


_provider: Callable[[], Instance] = locate


def use(provider: Callable[[], Instance]) -> None:
    """Name the function that knows the instance at work; `create_app` names the running application's."""
    global _provider
    _provider = provider


def current() -> Instance:
    """The instance at work: that of the running application."""
    return _provider()


@dataclass(frozen=True)
class Figure:
    """A number that the configuration may name by this key, declared by the room that reads it."""

    key: str
    default: float

    @property
    def now(self) -> float:
        """What it is in the instance at work."""
        return float(current().get(self.key) or self.default)


def create(folder: Path) -> Instance:
    """Write a new instance's config.toml, readable by its owner alone, with a fresh secret key.

    A DATABASE_URL of the environment is written down too: the school is in that database from now on.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("uploads", "backups"):
        (folder / name).mkdir(exist_ok=True)
    text = (
        "# This school's configuration. Keep it secret, and keep it together with the backups.\n"
        f'instance_id = "{secrets.token_hex(8)}"\n'
        f'secret_key = "{secrets.token_hex(32)}"\n'
        "\n"
        "# The address tablets and phones use; it stands in every QR code.\n"
        '# KIOSK_PUBLIC_URL = "http://192.168.1.10:8000"\n'
    )
    file = folder / CONFIG
    file.touch(0o600)
    file.write_text(text, "utf-8")
    instance = locate(folder)
    return instance if instance.uses_sqlite else remember_database(instance, instance.database_url)


def remember_database(instance: Instance, url: str | None) -> Instance:
    """Write the address of the database into config.toml (None: the embedded one), in one step.

    Returns the instance as it is then.
    """
    file = instance.folder / CONFIG
    lines = [
        line
        for line in file.read_text("utf-8").splitlines()
        if not re.match(r"\s*DATABASE_URL\s*=", line, re.IGNORECASE)
    ]
    part = file.with_name(f"{CONFIG}.part")
    part.touch(0o600)
    if url:
        lines.insert(0, f"DATABASE_URL = {json.dumps(url)}")
    part.write_text("\n".join([*lines, ""]), "utf-8")
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.replace(file)
    return locate(instance.folder)
