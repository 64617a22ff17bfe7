"""who agreed to be shown to those who rate, and tablets that speak"""

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('portrait',
    sa.Column('staff_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('agreed_at', types.UtcDateTime(), nullable=False),
    sa.Column('recorded_by', sa.String(length=40), nullable=False),
    sa.Column('photo', sa.LargeBinary(), nullable=True),
    sa.Column('digest', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_member.id'], name=op.f('fk_portrait_staff_id')),
    sa.PrimaryKeyConstraint('staff_id', name=op.f('pk_portrait'))
    )
    # plain ADD COLUMN with a default: SQLite would otherwise make the table anew, under what points to it
    op.add_column('tablet', sa.Column('voice', sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column('tablet', 'voice')
    op.drop_table('portrait')
