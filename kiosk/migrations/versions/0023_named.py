"""who agreed to be named in public, and when cases were closed"""

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('naming',
    sa.Column('person_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('agreed_at', types.UtcDateTime(), nullable=False),
    sa.Column('recorded_by', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_naming_person_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_naming'))
    )
    op.create_index('ix_case_closed_at', 'case', ['closed_at'])


def downgrade() -> None:
    op.drop_index('ix_case_closed_at', 'case')
    op.drop_table('naming')
