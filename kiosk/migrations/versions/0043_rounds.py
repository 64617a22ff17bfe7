"""plans of rounds, rounds, and what people in the queue answered

All of them are facts: never updated, never deleted.
"""

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0043'
down_revision = '0042'
branch_labels = None
depends_on = None

WORDS = 'what was planned and seen on the spot never changes'
FACTS = ('round_plan', 'round_plan_version', 'round', 'spot_answer')
BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('round_plan',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_round_plan'))
    )
    op.create_table('round_plan_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('checklist_id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(length=80), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=True),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('rhythm', sa.String(length=12), nullable=False),
    sa.Column('weekdays', sa.JSON(), nullable=False),
    sa.Column('days', sa.JSON(), nullable=False),
    sa.Column('slots', sa.JSON(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('stands', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(length=100), nullable=False),
    sa.Column('set_by', sa.String(length=40), nullable=False),
    sa.Column('set_at', types.UtcDateTime(), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    *(sa.ForeignKeyConstraint([f'{name}_id'], [f'{table}.id'], name=op.f(f'fk_round_plan_version_{name}_id'))
      for name, table in (('checklist', 'checklist'), ('person', 'person'), ('plan', 'round_plan'), ('post', 'post'), ('team', 'team'))),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_round_plan_version')),
    sa.UniqueConstraint('plan_id', 'version', name=op.f('uq_round_plan_version_plan_id_version'))
    )
    op.create_table('round',
    sa.Column('checked_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('slot', sa.String(length=20), nullable=False),
    sa.Column('presence', sa.String(length=10), nullable=False),
    sa.Column('why', sa.String(length=10), nullable=False),
    sa.Column('checked_in_at', types.UtcDateTime(), nullable=True),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['checked_id'], ['checked.id'], name=op.f('fk_round_checked_id')),
    sa.ForeignKeyConstraint(['plan_id'], ['round_plan.id'], name=op.f('fk_round_plan_id')),
    sa.PrimaryKeyConstraint('checked_id', name=op.f('pk_round'))
    )
    op.create_index('ix_round_plan_id_day', 'round', ['plan_id', 'day'])
    op.create_table('spot_answer',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('checked_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=20), nullable=False),
    sa.Column('value', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['checked_id'], ['checked.id'], name=op.f('fk_spot_answer_checked_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_spot_answer'))
    )
    op.create_index('ix_spot_answer_checked_id', 'spot_answer', ['checked_id'])
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
    for table in reversed(FACTS):
        op.drop_table(table)
