"""what is searched

Everything in it is made of what is public elsewhere, and can be made anew.
"""

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('search_entry',
    sa.Column('id', BIG, nullable=False),
    sa.Column('subject', sa.String(length=120), nullable=False),
    sa.Column('what', sa.String(length=40), nullable=False),
    sa.Column('canteen', sa.String(length=20), nullable=True),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('shown_from', types.UtcDateTime(), nullable=True),
    sa.Column('folded', sa.Text(), nullable=False),
    sa.Column('initials', sa.Text(), nullable=False),
    sa.Column('lines', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_entry')),
    sa.UniqueConstraint('subject', name=op.f('uq_search_entry_subject'))
    )
    op.create_index(op.f('ix_search_entry_at'), 'search_entry', ['at'])


def downgrade() -> None:
    op.drop_table('search_entry')
