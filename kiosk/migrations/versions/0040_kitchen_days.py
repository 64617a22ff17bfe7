"""signatures under weeks and months of daily control; health certificates and morning checks

Signatures, what was decided, and that a check was made are facts: never updated, never deleted.
"""

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0040'
down_revision = '0039'
branch_labels = None
depends_on = None

WORDS = 'what was signed or checked never changes'
FACTS = ('control_review', 'control_decision', 'morning_check')
BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('control_review',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('canteen_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('period', sa.String(length=10), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.Column('signed_at', types.UtcDateTime(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_control_review_canteen_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_control_review_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_control_review')),
    sa.UniqueConstraint('canteen_id', 'kind', 'period', 'version', name=op.f('uq_control_review_canteen_id_kind_period_version'))
    )
    op.create_table('control_decision',
    sa.Column('case_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_control_decision_case_id')),
    sa.ForeignKeyConstraint(['review_id'], ['control_review.id'], name=op.f('fk_control_decision_review_id')),
    sa.PrimaryKeyConstraint('case_id', name=op.f('pk_control_decision'))
    )
    op.create_index('ix_control_decision_review_id', 'control_decision', ['review_id'])
    op.create_table('kitchen_worker',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('canteen_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('added_at', types.UtcDateTime(), nullable=False),
    sa.Column('removed_at', types.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_kitchen_worker_canteen_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_kitchen_worker_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kitchen_worker'))
    )
    for column in ('canteen_id', 'person_id'):
        op.create_index(f'ix_kitchen_worker_{column}', 'kitchen_worker', [column])
    op.create_table('health_certificate',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('seen_at', types.UtcDateTime(), nullable=False),
    sa.Column('seen_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_health_certificate_person_id')),
    sa.ForeignKeyConstraint(['seen_by_id'], ['person.id'], name=op.f('fk_health_certificate_seen_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_health_certificate'))
    )
    for column in ('person_id', 'until'):
        op.create_index(f'ix_health_certificate_{column}', 'health_certificate', [column])
    op.create_table('morning_check',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('canteen_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_morning_check_canteen_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_morning_check_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_morning_check'))
    )
    op.create_index('ix_morning_check_canteen_id_day', 'morning_check', ['canteen_id', 'day'])
    op.create_table('morning_note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('check_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(length=10), nullable=False),
    sa.Column('signs', sa.String(length=80), nullable=False),
    sa.Column('noted_at', types.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['check_id'], ['morning_check.id'], name=op.f('fk_morning_note_check_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_morning_note_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_morning_note'))
    )
    for column in ('check_id', 'person_id', 'noted_at'):
        op.create_index(f'ix_morning_note_{column}', 'morning_note', [column])
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
    for table in (
        *('morning_note', 'morning_check', 'health_certificate', 'kitchen_worker'),
        *('control_decision', 'control_review'),
    ):
        op.drop_table(table)
