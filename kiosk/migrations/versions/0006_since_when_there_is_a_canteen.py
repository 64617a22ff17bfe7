"""since when there is a canteen or counter, when a canteen was closed, and how names are spelled

Nothing is due before that moment. Of what is there already the record knows it; where it does not, it is the
moment of the record's first entry, and of an empty record now. Items and suppliers learn how they are spelled,
so that any part of a name is found by its pinyin.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types
from kiosk.core.pinyin import spelling

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

TABLES = ("canteen", "counter")
SPELLED = ("item", "supplier")


def upgrade() -> None:
    # plain ADD COLUMN with a default: SQLite would otherwise make each table anew, under what points to it
    for table in TABLES:
        _add(table, sa.Column('created_at', types.UtcDateTime(), server_default='1970-01-01 00:00:00', nullable=False))
        _fill(table)
    _add("canteen", sa.Column('closings', sa.JSON(), server_default='[]', nullable=False))
    for table in SPELLED:
        _add(table, sa.Column('spelling', sa.String(length=1000), server_default='', nullable=False))
        _spell(table)


def _add(table: str, column: sa.Column) -> None:
    op.add_column(table, column)
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(table, column.name, server_default=None)


def _spell(table: str) -> None:
    connection = op.get_bind()
    rows = sa.table(table, sa.column('id'), sa.column('name'), sa.column('spelling'))
    for key, name in connection.execute(sa.select(rows.c.id, rows.c.name)).all():
        connection.execute(rows.update().where(rows.c.id == key).values(spelling=spelling(name)))


def _fill(table: str) -> None:
    connection = op.get_bind()
    entry = sa.table('chain_entry', sa.column('at', types.UtcDateTime()), sa.column('action'), sa.column('subject'))
    rows = sa.table(table, sa.column('code'), sa.column('created_at', types.UtcDateTime()))
    began = connection.scalar(sa.select(sa.func.min(entry.c.at))) or datetime.now(UTC)
    for code in connection.scalars(sa.select(rows.c.code)).all():
        added = sa.select(sa.func.min(entry.c.at)).where(
            entry.c.action == f"{table}.added", entry.c.subject == f"{table}:{code}"
        )
        moment = connection.scalar(added) or began
        connection.execute(rows.update().where(rows.c.code == code).values(created_at=moment))


def downgrade() -> None:
    for table, column in (*((table, "spelling") for table in SPELLED), ("canteen", "closings"), *((table, "created_at") for table in TABLES)):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
