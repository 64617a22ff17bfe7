"""whose deed a posted good deed was"""

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('commendation',
    sa.Column('case_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('posting_id', sa.Integer(), nullable=False),
    sa.Column('confirmed_at', types.UtcDateTime(), nullable=False),
    sa.Column('confirmed_by', sa.String(length=40), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_commendation_case_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_commendation_person_id')),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_commendation_posting_id')),
    sa.PrimaryKeyConstraint('case_id', name=op.f('pk_commendation')),
    sa.UniqueConstraint('posting_id', name=op.f('uq_commendation_posting_id'))
    )
    op.create_index('ix_commendation_person_id', 'commendation', ['person_id'])


def downgrade() -> None:
    op.drop_table('commendation')
