"""cases

How a case came in never changes; its steps and voices are facts: never updated, never deleted.
"""

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None

KEPT = "what happened with a case never changes"
FACTS = ("case_step", "case_voice")
ORIGIN = (
    'id', 'kind', 'subject', 'canteen', 'counter', 'received_at', 'day', 'meal', 'reason', 'post_id', 'rated',
    'figures', 'held_until', 'again_of_id', 'key_hash',
)
"""The columns that say how a case came in."""
BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('case',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('subject', sa.String(length=80), nullable=False),
    sa.Column('canteen', sa.String(length=20), nullable=True),
    sa.Column('counter', sa.String(length=20), nullable=True),
    sa.Column('received_at', types.UtcDateTime(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('meal', sa.String(length=20), nullable=True),
    sa.Column('reason', sa.String(length=20), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=True),
    sa.Column('rated', sa.JSON(), nullable=False),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.Column('held_until', types.UtcDateTime(), nullable=True),
    sa.Column('again_of_id', sa.Integer(), nullable=True),
    sa.Column('key_hash', sa.String(length=64), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('severity', sa.String(length=12), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('offered_to_id', sa.Integer(), nullable=True),
    sa.Column('refusals', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(length=12), nullable=False),
    sa.Column('planned_on', sa.Date(), nullable=True),
    sa.Column('begun_at', types.UtcDateTime(), nullable=False),
    sa.Column('replied_at', types.UtcDateTime(), nullable=True),
    sa.Column('answered_at', types.UtcDateTime(), nullable=True),
    sa.Column('told_at', types.UtcDateTime(), nullable=True),
    sa.Column('closed_at', types.UtcDateTime(), nullable=True),
    sa.Column('reopened', sa.Boolean(), nullable=False),
    sa.Column('released', sa.Boolean(), nullable=False),
    sa.Column('pauses', sa.JSON(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('voices', sa.Integer(), nullable=False),
    sa.Column('duty', sa.String(length=12), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_case_post_id')),
    sa.ForeignKeyConstraint(['again_of_id'], ['case.id'], name=op.f('fk_case_again_of_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_case_owner_id')),
    sa.ForeignKeyConstraint(['offered_to_id'], ['person.id'], name=op.f('fk_case_offered_to_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case')),
    sa.UniqueConstraint('key_hash', name=op.f('uq_case_key_hash'))
    )
    op.create_index('ix_case_state_due_on', 'case', ['state', 'due_on'])
    op.create_index('ix_case_owner_id_state', 'case', ['owner_id', 'state'])
    op.create_index('ix_case_subject_day', 'case', ['subject', 'day'])
    for column in ('kind', 'canteen', 'counter', 'received_at', 'again_of_id', 'offered_to_id', 'due_on'):
        op.create_index(f'ix_case_{column}', 'case', [column])
    op.create_table('case_step',
    sa.Column('id', BIG, nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('verb', sa.String(length=12), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('to_id', sa.Integer(), nullable=True),
    sa.Column('outcome', sa.String(length=12), nullable=False),
    sa.Column('severity', sa.String(length=12), nullable=False),
    sa.Column('day', sa.Date(), nullable=True),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_case_step_case_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_case_step_person_id')),
    sa.ForeignKeyConstraint(['to_id'], ['person.id'], name=op.f('fk_case_step_to_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_step'))
    )
    op.create_index('ix_case_step_case_id_number', 'case_step', ['case_id', 'number'], unique=True)
    for column in ('person_id', 'to_id', 'chain_seq'):
        op.create_index(f'ix_case_step_{column}', 'case_step', [column])
    op.create_table('case_voice',
    sa.Column('id', BIG, nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=64), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_case_voice_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_voice')),
    sa.UniqueConstraint('reference', name=op.f('uq_case_voice_reference'))
    )
    for column in ('case_id', 'chain_seq'):
        op.create_index(f'ix_case_voice_{column}', 'case_voice', [column])
    if op.get_bind().dialect.name == "sqlite":
        _protect_sqlite()
    else:
        _protect_postgresql()


def _protect_sqlite() -> None:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
    for table in FACTS:
        for verb in ("update", "delete"):
            op.execute(f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} {refuse}")
    op.execute(f'CREATE TRIGGER case_no_delete BEFORE DELETE ON "case" {refuse}')
    op.execute(f'CREATE TRIGGER case_no_update BEFORE UPDATE OF {", ".join(ORIGIN)} ON "case" {refuse}')


def _protect_postgresql() -> None:
    refuse = f"EXECUTE FUNCTION kiosk_refuse('{KEPT}')"
    for table in (*FACTS, '"case"'):
        name, verbs = table.strip('"'), "UPDATE OR DELETE" if table in FACTS else "DELETE"
        op.execute(f"CREATE TRIGGER {name}_no_change BEFORE {verbs} ON {table} FOR EACH ROW {refuse}")
        op.execute(f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {table} {refuse}")
    op.execute(
        f'CREATE TRIGGER case_no_update BEFORE UPDATE OF {", ".join(ORIGIN)} ON "case" FOR EACH ROW {refuse}'
    )


def downgrade() -> None:
    for table in ('case_voice', 'case_step', 'case'):
        op.drop_table(table)
