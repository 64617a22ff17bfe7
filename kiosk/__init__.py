"""The service counter of a school: ratings at the counter beside what the canteen bought."""

from datetime import timedelta
from importlib import import_module
from typing import Any, NamedTuple

from flask import Blueprint, Flask, current_app, g, request, url_for

from kiosk.chain.services import append, register_check, register_heads, register_rows
from kiosk.core import config, filters, trace, web
from kiosk.core.config import ROOT, Instance, locate
from kiosk.core.db import db, engine_options, prepare_engine
from kiosk.core.i18n import _
from kiosk.core.security import Permission
from kiosk.operation import heads
from kiosk.operation.duties import duties
from kiosk.overview.queries import register_duties
from kiosk.purchasing import postings
from kiosk.ratings import queries as rating_reads
from kiosk.ratings.models import LEVELS

__version__ = "0.2.0"


class Nav(NamedTuple):
    """An entry of the office's navigation; shown to accounts whose role has the permission."""

    label: Any
    endpoint: str
    permission: Permission


class Feature(NamedTuple):
    """A room and its doors: `views` (public), `office` (signed in), `api` (machines)."""

    room: str
    doors: tuple[str, ...]


FEATURES = (
    Feature("school", ("office",)),
    Feature("chain", ("views", "office")),
    Feature("auth", ("views", "office")),
    Feature("staff", ("office",)),
    Feature("counters", ("api", "office", "tablet_office")),
    Feature("board", ("views",)),
    Feature("ratings", ("views", "api", "office", "slips_office")),
    Feature("purchasing", ("views", "api", "office", "import_office", "catalogue_office")),
    Feature("overview", ("office",)),
    Feature("operation", ("api", "office")),
)
"""The site map. A door is a module with a `blueprint`; an office door may also list `NAV` entries
and `SETTINGS` tabs (place, label, endpoint)."""


def create_app(instance: Instance | None = None) -> Flask:
    """The application for an instance (default: see `core.config.locate`)."""
    instance = instance or locate()
    app = web.KioskApp("kiosk", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    configure(app, instance)
    connect_database(app, instance)
    web.install(app)
    keep_record()
    register_features(app)
    install_templates(app)
    return app


def configure(app: Flask, instance: Instance) -> None:
    """Limits, cookies and keys."""
    secure = bool(instance.public_url and instance.public_url.startswith("https://"))
    app.config.update(
        SECRET_KEY=instance.secret_key or "no school yet",
        SQLALCHEMY_DATABASE_URI=instance.sqlalchemy_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(instance),
        MAX_CONTENT_LENGTH=5 * 2**20,
        MAX_FORM_MEMORY_SIZE=2**20,
        MAX_FORM_PARTS=20_000,
        SESSION_COOKIE_NAME="__Host-session" if secure else "session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
        SEND_FILE_MAX_AGE_DEFAULT=3600,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        BABEL_DEFAULT_LOCALE="zh_Hans_CN",
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["kiosk_instance"] = instance
    config.use(lambda: current_app.extensions["kiosk_instance"])


def connect_database(app: Flask, instance: Instance) -> None:
    """The database and its connections."""
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine, instance.folder / "write.lock")


def keep_record() -> None:
    """Every office write leaves a trace in the chain, and verifying it looks at what the rooms above keep."""
    trace.register(append)
    register_check("ratings", rating_reads.recount)
    register_check("postings", postings.recount)
    register_rows("ratings", rating_reads.record_lines)
    register_heads("seals", rating_reads.sealings)
    register_heads("postings", postings.postings)
    register_heads("kept", heads.known)
    register_duties(lambda: duties(config.current()))


def register_features(app: Flask) -> None:
    """Open every door of every room; all office doors hang below one guarded blueprint."""
    office = Blueprint("office", __name__, url_prefix="/office")
    navigation: list[Nav] = []
    settings: list[tuple[int, Any, str]] = []
    for feature in FEATURES:
        for door in feature.doors:
            module = import_module(f"kiosk.{feature.room}.{door}")
            (office if door.endswith("office") else app).register_blueprint(module.blueprint)
            navigation += [Nav(*entry) for entry in getattr(module, "NAV", ())]
            settings += getattr(module, "SETTINGS", ())
    app.register_blueprint(office)
    app.extensions["kiosk_navigation"] = navigation[::-1]  # from the top floor down
    app.extensions["kiosk_settings"] = sorted(settings, key=lambda tab: tab[0])


def install_templates(app: Flask) -> None:
    """What every template sees: formats, the school, the account, the office's navigation."""
    from kiosk.auth.views import current_account
    from kiosk.school import queries as school

    app.extensions["kiosk_account"] = current_account
    filters.use_zone(school.local)
    filters.install(app.jinja_env)
    app.jinja_env.globals["level_words"] = LEVELS

    @app.context_processor
    def shell() -> dict[str, Any]:
        settings = school.settings()
        return {
            "site": {
                "product": _("Sunlit Counter"),
                "school_name": (web.is_english() and settings.name_en) or settings.name,
                "sample": settings.sample,
            },
            "theme": request.cookies.get("theme", "auto"),
        }

    @app.context_processor
    def office_shell() -> dict[str, Any]:
        account = current_account() if request.path.startswith("/office") else None
        if account is None:
            return {"current_account": None, "office_nav": []}
        entries = [entry for entry in app.extensions["kiosk_navigation"] if account.may(entry.permission)]
        nav = [
            {"label": entry.label, "url": url_for(entry.endpoint), "active": _is_at(entry.endpoint)}
            for entry in entries
        ]
        return {"current_account": account, "office_nav": nav}


def _is_at(endpoint: str) -> bool:
    here = getattr(g, "nav", None) or (request.endpoint or "")
    return here.rsplit(".", 1)[0] == endpoint.rsplit(".", 1)[0]
