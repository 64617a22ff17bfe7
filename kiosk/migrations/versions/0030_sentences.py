"""what counters say

A counter's sentence is a fact: never updated, never deleted. Another one, or none, is another row.
"""

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None

WORDS = 'what a counter said never changes'
BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('counter_sentence',
    sa.Column('id', BIG, nullable=False),
    sa.Column('counter_id', sa.Integer(), nullable=False),
    sa.Column('week', sa.Date(), nullable=False),
    sa.Column('says', sa.Boolean(), nullable=False),
    sa.Column('post', sa.String(length=40), nullable=False),
    sa.Column('said_at', types.UtcDateTime(), nullable=False),
    sa.Column('said_by', sa.String(length=40), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['counter_id'], ['counter.id'], name=op.f('fk_counter_sentence_counter_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_counter_sentence'))
    )
    op.create_index('ix_counter_sentence_week_counter_id', 'counter_sentence', ['week', 'counter_id'])
    protect()


def protect() -> None:
    table = 'counter_sentence'
    if op.get_bind().dialect.name == 'postgresql':
        refuse = f"EXECUTE FUNCTION kiosk_refuse('{WORDS}')"
        op.execute(f'CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {refuse}')
        op.execute(f'CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} {refuse}')
        return
    abort = f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
    for verb in ('update', 'delete'):
        op.execute(f'CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} {abort}')


def downgrade() -> None:
    op.drop_table('counter_sentence')
