"""decisions of several people

Approvals, and the facts of which they follow: rounds, parts, decisions. A fact is added and never changed; of an
approval its subject and its ladder never change, of a delegation only an early end is added, once.
"""

import sqlalchemy as sa
from alembic import op

from kiosk.core import db as types

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

FACTS = ('approval_round', 'approval_part', 'approval_decision')
KEPT = {
    'approval': ('id', 'subject', 'ladder', 'declared', 'began_at'),
    'delegation': ('id', 'person_id', 'stand_in_id', 'first', 'last', 'made_at'),
}
"""What of a row never changes."""
NOT_OVER = ' AND OLD.ended_at IS NULL'


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table('approval',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(length=60), nullable=False),
    sa.Column('ladder', sa.String(length=40), nullable=False),
    sa.Column('declared', sa.Text(), nullable=False),
    sa.Column('began_at', types.UtcDateTime(), nullable=False),
    sa.Column('amount', types.Fen(), nullable=True),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('since', types.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_approval'))
    )
    op.create_index('ix_approval_subject', 'approval', ['subject'])
    op.create_index('ix_approval_state', 'approval', ['state'])
    op.create_table('approval_round',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('approval_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('amount', types.Fen(), nullable=True),
    sa.Column('changed', sa.JSON(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('chain_seq', key, nullable=False),
    sa.ForeignKeyConstraint(['approval_id'], ['approval.id'], name=op.f('fk_approval_round_approval_id')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_approval_round_account_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_approval_round_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_approval_round'))
    )
    op.create_index('ix_approval_round_approval_id_number', 'approval_round', ['approval_id', 'number'], unique=True)
    op.create_table('approval_part',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('approval_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=20), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['approval_id'], ['approval.id'], name=op.f('fk_approval_part_approval_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_approval_part_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_approval_part'))
    )
    op.create_index('ix_approval_part_approval_id_person_id', 'approval_part', ['approval_id', 'person_id'], unique=True)
    op.create_table('approval_decision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('approval_id', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('absent_id', sa.Integer(), nullable=True),
    sa.Column('approves', sa.Boolean(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('chain_seq', key, nullable=False),
    sa.ForeignKeyConstraint(['approval_id'], ['approval.id'], name=op.f('fk_approval_decision_approval_id')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_approval_decision_account_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_approval_decision_person_id')),
    sa.ForeignKeyConstraint(['absent_id'], ['person.id'], name=op.f('fk_approval_decision_absent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_approval_decision'))
    )
    op.create_index('ix_approval_decision_approval_id_round_person_id', 'approval_decision', ['approval_id', 'round', 'person_id'], unique=True)
    op.create_table('delegation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('stand_in_id', sa.Integer(), nullable=False),
    sa.Column('first', sa.Date(), nullable=False),
    sa.Column('last', sa.Date(), nullable=False),
    sa.Column('made_at', types.UtcDateTime(), nullable=False),
    sa.Column('ended_at', types.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_delegation_person_id')),
    sa.ForeignKeyConstraint(['stand_in_id'], ['person.id'], name=op.f('fk_delegation_stand_in_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delegation'))
    )
    op.create_index('ix_delegation_person_id', 'delegation', ['person_id'])
    op.create_index('ix_delegation_stand_in_id', 'delegation', ['stand_in_id'])
    if op.get_bind().dialect.name == 'sqlite':
        _protect_sqlite()
    else:
        _protect_postgresql()


def _condition(table: str, same: str) -> str:
    """When a change of a row is refused."""
    kept = ' AND '.join(f'NEW."{column}" {same} OLD."{column}"' for column in KEPT[table])
    return f"NOT ({kept}{NOT_OVER if table == 'delegation' else ''})"


def _words(table: str) -> str:
    return f"{table} rows are never changed" if table in FACTS else f"what a row of {table} began with is never changed"


def _protect_sqlite() -> None:
    for table in (*FACTS, *KEPT):
        when = f"WHEN {_condition(table, 'IS')} " if table in KEPT else ''
        refuse = f"BEGIN SELECT RAISE(ABORT, '{_words(table)}'); END"
        op.execute(f'CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {when}{refuse}')
        op.execute(f'CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}')


def _protect_postgresql() -> None:
    for table in (*FACTS, *KEPT):
        when = f"WHEN ({_condition(table, 'IS NOT DISTINCT FROM')}) " if table in KEPT else ''
        refuse = f"EXECUTE FUNCTION kiosk_refuse('{_words(table)}')"
        op.execute(f'CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW {when}{refuse}')
        op.execute(f'CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW {refuse}')
        op.execute(f'CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} {refuse}')


def downgrade() -> None:
    """Who approved what is lost from the tables; the record keeps its entries."""
    for table in ('delegation', 'approval_decision', 'approval_part', 'approval_round', 'approval'):
        op.drop_table(table)
