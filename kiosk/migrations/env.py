"""Alembic's environment: the tables of every room, on the connection that the application made."""

from alembic import context

from kiosk.core.db import Base, UtcDateTime, _Whole, db


def render_item(kind, item, autogen_context):
    """Own column types are written by their own names."""
    if kind == "type" and isinstance(item, (_Whole, UtcDateTime)):
        autogen_context.imports.add("from kiosk.core import db as types")
        return f"types.{type(item).__name__}()"
    return False


def run() -> None:
    """Run the migrations inside one transaction."""
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_type=True,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
