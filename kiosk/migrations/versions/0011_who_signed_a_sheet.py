"""who signed a sheet

Beside each printed name of a posted version stands the person's number, where one person alone is called so.
"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

PARTS = ('purchaser', 'custodian', 'receiver1', 'receiver2')
POSTED = "SELECT RAISE(ABORT, 'what is posted never changes')"


def upgrade() -> None:
    op.create_table('sheet_person',
    sa.Column('version_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('part', sa.String(length=10), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_sheet_person_person_id')),
    sa.ForeignKeyConstraint(['version_id'], ['sheet_version.id'], name=op.f('fk_sheet_person_version_id')),
    sa.PrimaryKeyConstraint('version_id', 'part', name=op.f('pk_sheet_person'))
    )
    op.create_index('ix_sheet_person_person_id', 'sheet_person', ['person_id'])
    name_persons(op.get_bind())
    protect()


def name_persons(bind: sa.Connection) -> None:
    """The numbers of those whose name nobody else bears; of several only one who works here, if the others left."""
    bearers = {}
    for number, name, active in bind.execute(sa.text('SELECT id, name, active FROM person ORDER BY id')):
        bearers.setdefault(plain(name), []).append((number, active))
    for part in PARTS:
        posted = 'posted_at IS NOT NULL AND NOT nothing_bought'
        for (printed,) in bind.execute(
            sa.text(f"SELECT DISTINCT {part} FROM sheet_version WHERE {posted} AND {part} <> ''")  # noqa: S608
        ).all():
            called = bearers.get(plain(printed), [])
            meant = [number for number, active in called if active] or [number for number, _active in called]
            if len(meant) == 1:
                bind.execute(
                    sa.text(
                        f"INSERT INTO sheet_person (version_id, part, person_id) SELECT id, '{part}', :number "  # noqa: S608
                        f"FROM sheet_version WHERE {posted} AND {part} = :printed"
                    ),
                    {'number': meant[0], 'printed': printed},
                )


def plain(name: str) -> str:
    return ''.join(name.split())


def protect() -> None:
    """Who was written down stays; who was not can still be said."""
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(
            "CREATE TRIGGER sheet_person_no_change BEFORE UPDATE OR DELETE ON sheet_person "
            "FOR EACH ROW EXECUTE FUNCTION kiosk_refuse_posted_line('what is posted never changes')"
        )
        op.execute(
            "CREATE TRIGGER sheet_person_no_truncate BEFORE TRUNCATE ON sheet_person "
            "EXECUTE FUNCTION kiosk_refuse('sheet_person rows are never changed')"
        )
        return
    for verb in ('UPDATE', 'DELETE'):
        op.execute(
            f"CREATE TRIGGER sheet_person_no_{verb.lower()} BEFORE {verb} ON sheet_person "
            f"WHEN (SELECT posted_at FROM sheet_version WHERE id = OLD.version_id) IS NOT NULL BEGIN {POSTED}; END"
        )


def downgrade() -> None:
    op.drop_table('sheet_person')
