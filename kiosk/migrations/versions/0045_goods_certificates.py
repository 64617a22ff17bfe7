"""certificates of goods and batches, and until when they hold
"""

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0045'
down_revision = '0044'
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('goods_certificate',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item', sa.String(length=60), nullable=False),
    sa.Column('supplier', sa.String(length=60), nullable=False),
    sa.Column('batch', sa.String(length=40), nullable=False),
    sa.Column('paper', sa.String(length=20), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('noted_at', types.UtcDateTime(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.Column('ended_at', types.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_goods_certificate_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_goods_certificate'))
    )
    op.create_index('ix_goods_certificate_until', 'goods_certificate', ['until'])


def downgrade() -> None:
    op.drop_table('goods_certificate')
