"""who looked

Who looked at what is known of a person. A row never changes, and goes only when a year is over.
"""

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

WORDS = 'look rows are never changed'


def upgrade() -> None:
    op.create_table('look',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account', sa.String(length=40), nullable=False),
    sa.Column('reader_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('page', sa.String(length=40), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_look_person_id')),
    sa.ForeignKeyConstraint(['reader_id'], ['person.id'], name=op.f('fk_look_reader_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_look')),
    sa.UniqueConstraint('reader_id', 'account', 'person_id', 'page', 'day', name=op.f('uq_look_reader_id_account_person_id_page_day'))
    )
    op.create_index('ix_look_person_id', 'look', ['person_id'])
    protect()


def protect() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        refuse = f"EXECUTE FUNCTION kiosk_refuse('{WORDS}')"
        op.execute(f"CREATE TRIGGER look_no_update BEFORE UPDATE ON look FOR EACH ROW {refuse}")
        op.execute(
            "CREATE TRIGGER look_no_delete BEFORE DELETE ON look FOR EACH ROW "
            f"WHEN (OLD.day > CURRENT_DATE - 364) {refuse}"
        )
        op.execute(f"CREATE TRIGGER look_no_truncate BEFORE TRUNCATE ON look {refuse}")
        return
    abort = f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
    op.execute(f"CREATE TRIGGER look_no_update BEFORE UPDATE ON look {abort}")
    op.execute(
        f"CREATE TRIGGER look_no_delete BEFORE DELETE ON look WHEN OLD.day > date('now', '-364 days') {abort}"
    )


def downgrade() -> None:
    op.drop_table('look')
