"""fees, agency fees, and what was collected and closed of them"""

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('fee_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('posting_id', sa.Integer(), nullable=False),
    sa.Column('period', sa.String(length=20), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=121), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('whom', sa.String(length=60), nullable=False),
    sa.Column('unit', sa.String(length=40), nullable=False),
    sa.Column('standard', types.Fen(), nullable=True),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_fee_item_posting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fee_item')),
    sa.UniqueConstraint('posting_id', 'key', name=op.f('uq_fee_item_posting_id_key'))
    )
    op.create_index('ix_fee_item_period', 'fee_item', ['period'])
    op.create_table('fee_collection',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('posting_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=121), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('whom', sa.String(length=60), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('standard', types.Fen(), nullable=True),
    sa.Column('times', sa.Integer(), nullable=False),
    sa.Column('amount', types.Fen(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('collected_by', sa.String(length=40), nullable=False),
    sa.Column('collected_name', sa.String(length=40), nullable=False),
    sa.Column('collected_at', types.UtcDateTime(), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.Column('taken_back_at', types.UtcDateTime(), nullable=True),
    sa.Column('taken_back_because', sa.String(length=200), nullable=False),
    sa.Column('taken_back_seq', BIG, nullable=True),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_fee_collection_posting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fee_collection'))
    )
    op.create_index('ix_fee_collection_posting_id_key', 'fee_collection', ['posting_id', 'key'])
    op.create_table('fee_name',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('period', sa.String(length=20), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('is_charged', sa.Boolean(), nullable=False),
    sa.Column('said_by', sa.String(length=40), nullable=False),
    sa.Column('said_at', types.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fee_name')),
    sa.UniqueConstraint('period', 'key', name=op.f('uq_fee_name_period_key'))
    )
    op.create_table('agency_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('posting_id', sa.Integer(), nullable=False),
    sa.Column('period', sa.String(length=20), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=121), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('whom', sa.String(length=60), nullable=False),
    sa.Column('received', types.Fen(), nullable=False),
    sa.Column('spent', types.Fen(), nullable=False),
    sa.Column('refunded', types.Fen(), nullable=False),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_agency_item_posting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agency_item')),
    sa.UniqueConstraint('posting_id', 'key', name=op.f('uq_agency_item_posting_id_key'))
    )
    op.create_index('ix_agency_item_period', 'agency_item', ['period'])
    op.create_table('agency_closing',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('posting_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=121), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('whom', sa.String(length=60), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('received', types.Fen(), nullable=False),
    sa.Column('spent', types.Fen(), nullable=False),
    sa.Column('refunded', types.Fen(), nullable=False),
    sa.Column('closed_by', sa.String(length=40), nullable=False),
    sa.Column('closed_name', sa.String(length=40), nullable=False),
    sa.Column('closed_at', types.UtcDateTime(), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.Column('reopened_version', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_agency_closing_posting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agency_closing'))
    )
    op.create_index('ix_agency_closing_posting_id_key', 'agency_closing', ['posting_id', 'key'])


def downgrade() -> None:
    for table in ('agency_closing', 'agency_item', 'fee_name', 'fee_collection', 'fee_item'):
        op.drop_table(table)
