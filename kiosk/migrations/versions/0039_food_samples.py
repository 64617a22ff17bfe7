"""food samples, and which post answers for what in a kitchen

Samples and what became of them are facts: never updated, never deleted.
"""

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0039'
down_revision = '0038'
branch_labels = None
depends_on = None

WORDS = 'what was entered of a food sample never changes'
FACTS = ('food_sample', 'food_sample_step')
BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('kitchen_duty',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('task', sa.String(length=10), nullable=False),
    sa.Column('canteen_id', sa.Integer(), nullable=True),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_kitchen_duty_canteen_id')),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_kitchen_duty_post_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kitchen_duty')),
    sa.UniqueConstraint('task', 'canteen_id', name=op.f('uq_kitchen_duty_task_canteen_id'))
    )
    op.create_table('food_sample',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('canteen_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('meal', sa.String(length=20), nullable=False),
    sa.Column('dish', sa.String(length=60), nullable=False),
    sa.Column('is_kept', sa.Boolean(), nullable=False),
    sa.Column('grams', sa.Integer(), nullable=False),
    sa.Column('place', sa.String(length=20), nullable=False),
    sa.Column('taken_at', types.UtcDateTime(), nullable=False),
    sa.Column('recorded_at', types.UtcDateTime(), nullable=False),
    sa.Column('keep_until', types.UtcDateTime(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_food_sample_canteen_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_food_sample_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_food_sample'))
    )
    op.create_index('ix_food_sample_canteen_id_day', 'food_sample', ['canteen_id', 'day'])
    op.create_index('ix_food_sample_day_keep_until', 'food_sample', ['day', 'keep_until'])
    op.create_table('food_sample_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sample_id', sa.Integer(), nullable=False),
    sa.Column('verb', sa.String(length=10), nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('is_early', sa.Boolean(), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['sample_id'], ['food_sample.id'], name=op.f('fk_food_sample_step_sample_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_food_sample_step_person_id')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_food_sample_step_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_food_sample_step'))
    )
    op.create_index('ix_food_sample_step_sample_id', 'food_sample_step', ['sample_id'])
    op.create_index('ix_food_sample_step_case_id', 'food_sample_step', ['case_id'])
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
    for table in ('food_sample_step', 'food_sample', 'kitchen_duty'):
        op.drop_table(table)
