"""how many meals were served, and where the card system's terminals stand

What was entered is a fact: never updated, never deleted; a later version takes its place.
"""

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0038'
down_revision = '0037'
branch_labels = None
depends_on = None

WORDS = 'meals served are entered anew, never changed'
FACTS = ('meals_served',)
BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('meals_served',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('canteen', sa.String(length=20), nullable=False),
    sa.Column('meal', sa.String(length=20), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=True),
    sa.Column('source', sa.String(length=10), nullable=False),
    sa.Column('entered_at', types.UtcDateTime(), nullable=False),
    sa.Column('entered_by', sa.String(length=40), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meals_served')),
    sa.UniqueConstraint('day', 'canteen', 'meal', 'version', name=op.f('uq_meals_served_day_canteen_meal_version'))
    )
    op.create_table('card_terminal',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('canteen', sa.String(length=20), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_card_terminal'))
    )
    protect()


def protect() -> None:
    for table in FACTS:
        if op.get_bind().dialect.name == 'postgresql':
            refuse = f"EXECUTE FUNCTION kiosk_refuse('{WORDS}')"
            op.execute(f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {refuse}")
            op.execute(f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} {refuse}")
            continue
        abort = f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
        for verb in ('update', 'delete'):
            op.execute(f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} {abort}")


def downgrade() -> None:
    for table in ('card_terminal', 'meals_served'):
        op.drop_table(table)
