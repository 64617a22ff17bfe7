"""what tablets tell of themselves, and what they could not deliver"""

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('heartbeat',
    sa.Column('tablet_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('seen_at', types.UtcDateTime(), nullable=False),
    sa.Column('unsent', sa.Integer(), nullable=False),
    sa.Column('refused', sa.Integer(), nullable=False),
    sa.Column('version', sa.String(length=20), nullable=False),
    sa.Column('ahead', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['tablet_id'], ['tablet.id'], name=op.f('fk_heartbeat_tablet_id')),
    sa.PrimaryKeyConstraint('tablet_id', name=op.f('pk_heartbeat'))
    )
    op.create_table('refused_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('tablet_id', sa.Integer(), nullable=False),
    sa.Column('rating_id', sa.Uuid(), nullable=False),
    sa.Column('is_note', sa.Boolean(), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('why', sa.String(length=200), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('reported_at', types.UtcDateTime(), nullable=False),
    sa.Column('settled_at', types.UtcDateTime(), nullable=True),
    sa.Column('settled_by', sa.String(length=40), nullable=True),
    sa.ForeignKeyConstraint(['tablet_id'], ['tablet.id'], name=op.f('fk_refused_entry_tablet_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_refused_entry')),
    sa.UniqueConstraint('tablet_id', 'rating_id', 'is_note', name=op.f('uq_refused_entry_tablet_id_rating_id_is_note'))
    )


def downgrade() -> None:
    op.drop_table('refused_entry')
    op.drop_table('heartbeat')
