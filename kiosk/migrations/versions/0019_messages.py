"""messages

The outbox: what must not wait, and how far it got on each channel. Neither holds an address or a key.
"""

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table('message',
    sa.Column('id', key, nullable=False),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('roles', sa.String(length=200), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('path', sa.String(length=300), nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('until', types.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message')),
    sa.UniqueConstraint('key', name=op.f('uq_message_key'))
    )
    op.create_index('ix_message_at', 'message', ['at'])
    op.create_table('message_delivery',
    sa.Column('id', key, nullable=False),
    sa.Column('message_id', key, nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_at', types.UtcDateTime(), nullable=False),
    sa.Column('tried_at', types.UtcDateTime(), nullable=True),
    sa.Column('held', sa.Boolean(), nullable=False),
    sa.Column('error', sa.String(length=500), nullable=False),
    sa.Column('settled_at', types.UtcDateTime(), nullable=True),
    sa.Column('chain_seq', key, nullable=True),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_message_delivery_message_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message_delivery'))
    )
    op.create_index('ix_message_delivery_channel', 'message_delivery', ['channel'])
    op.create_index('ix_message_delivery_message_id_channel', 'message_delivery', ['message_id', 'channel'], unique=True)
    op.create_index('ix_message_delivery_state_next_at', 'message_delivery', ['state', 'next_at'])


def downgrade() -> None:
    op.drop_table('message_delivery')
    op.drop_table('message')
