"""calendars

The keys under which an inbox is read as a calendar, as hashes.
"""

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('calendar_key',
    sa.Column('account_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('key_hash', sa.String(length=64), nullable=False),
    sa.Column('made_at', types.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_calendar_key_account_id')),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_calendar_key')),
    sa.UniqueConstraint('key_hash', name=op.f('uq_calendar_key_key_hash'))
    )


def downgrade() -> None:
    op.drop_table('calendar_key')
