"""accountability

Entries, who is named in them, statements and decisions are facts: never updated, never deleted. A reminder and a
jump of the clock keep how they began, and how they ended once they have.
"""

import sqlalchemy as sa
from alembic import op

from kiosk.core import db as types

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None

KEPT = "what stands of accountability never changes"
FACTS = (
    'accountability', 'accountability_person', 'accountability_statement', 'accountability_decision',
    'accountability_day',
)
BEGAN = {
    'chase': (
        'id', 'key', 'number', 'kind', 'subject', 'duty', 'days', 'people', 'post_id', 'at', 'made_at', 'chain_seq',
    ),
    'accountability_jump': ('id', 'before_at', 'after_at'),
}
"""The columns that say how a row began."""
BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    _running()
    _entries()
    _said()
    if op.get_bind().dialect.name == 'sqlite':
        _protect_sqlite()
    else:
        _protect_postgresql()


def _running() -> None:
    op.create_table('chase',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('subject', sa.String(length=120), nullable=False),
    sa.Column('duty', sa.String(length=20), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('people', sa.JSON(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=True),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('made_at', types.UtcDateTime(), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('falls_on', sa.Date(), nullable=True),
    sa.Column('ended', sa.String(length=8), nullable=False),
    sa.Column('ended_at', types.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_chase_post_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_chase'))
    )
    op.create_index('ix_chase_key_number', 'chase', ['key', 'number'], unique=True)
    op.create_index('ix_chase_ended_falls_on', 'chase', ['ended', 'falls_on'])
    op.create_table('accountability_day',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('made_at', types.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accountability_day'))
    )
    op.create_table('accountability_jump',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('before_at', types.UtcDateTime(), nullable=False),
    sa.Column('after_at', types.UtcDateTime(), nullable=False),
    sa.Column('ended', sa.String(length=8), nullable=False),
    sa.Column('ended_at', types.UtcDateTime(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_accountability_jump_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accountability_jump'))
    )
    op.create_index('ix_accountability_jump_ended', 'accountability_jump', ['ended'])


def _entries() -> None:
    op.create_table('accountability',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('subject', sa.String(length=120), nullable=False),
    sa.Column('duty', sa.String(length=20), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('chased_at', types.UtcDateTime(), nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('made_at', types.UtcDateTime(), nullable=False),
    sa.Column('counted', sa.JSON(), nullable=False),
    sa.Column('term', sa.String(length=60), nullable=False),
    sa.Column('level', sa.String(length=10), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accountability')),
    sa.UniqueConstraint('key', name=op.f('uq_accountability_key'))
    )
    op.create_index('ix_accountability_subject', 'accountability', ['subject'])
    op.create_index('ix_accountability_due_on', 'accountability', ['due_on'])
    op.create_table('accountability_person',
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=True),
    sa.Column('post', sa.String(length=40), nullable=False),
    sa.Column('office', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['accountability.id'], name=op.f('fk_accountability_person_entry_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_accountability_person_person_id')),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_accountability_person_post_id')),
    sa.PrimaryKeyConstraint('entry_id', 'person_id', name=op.f('pk_accountability_person'))
    )
    op.create_index('ix_accountability_person_person_id', 'accountability_person', ['person_id'])


def _said() -> None:
    table = 'accountability_statement'
    op.create_table(table,
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['accountability.id'], name=op.f(f'fk_{table}_entry_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f(f'fk_{table}_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{table}'))
    )
    op.create_index(f'ix_{table}_entry_id', table, ['entry_id'])
    table = 'accountability_decision'
    op.create_table(table,
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(length=12), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('absent_id', sa.Integer(), nullable=True),
    sa.Column('statements', sa.Integer(), nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['accountability.id'], name=op.f(f'fk_{table}_entry_id')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f(f'fk_{table}_account_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f(f'fk_{table}_person_id')),
    sa.ForeignKeyConstraint(['absent_id'], ['person.id'], name=op.f(f'fk_{table}_absent_id')),
    sa.PrimaryKeyConstraint('entry_id', name=op.f(f'pk_{table}'))
    )


def _changed(table: str, same: str) -> str:
    """When a change of a row is refused: of how it began, or once it has ended."""
    kept = ' AND '.join(f'{_text(f"NEW.{column}", table, column)} {same} {_text(f"OLD.{column}", table, column)}' for column in BEGAN[table])
    return f"NOT ({kept}) OR OLD.ended <> ''"


def _text(name: str, table: str, column: str) -> str:
    """PostgreSQL compares no JSON but as text."""
    return f'CAST({name} AS TEXT)' if column == 'people' else name


def _protect_sqlite() -> None:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
    for table in FACTS:
        op.execute(f'CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}')
    for table in BEGAN:
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN {_changed(table, 'IS')} {refuse}")
    for table in (*FACTS, *BEGAN):
        op.execute(f'CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}')


def _protect_postgresql() -> None:
    refuse = f"EXECUTE FUNCTION kiosk_refuse('{KEPT}')"
    for table in FACTS:
        op.execute(f'CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW {refuse}')
    for table in BEGAN:
        when = f"WHEN ({_changed(table, 'IS NOT DISTINCT FROM')})"
        op.execute(f'CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW {when} {refuse}')
    for table in (*FACTS, *BEGAN):
        op.execute(f'CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW {refuse}')
        op.execute(f'CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} {refuse}')


def downgrade() -> None:
    """Entries, statements and decisions are lost from the tables; the record keeps its entries."""
    for table in (
        'accountability_decision', 'accountability_statement', 'accountability_person', 'accountability',
        'accountability_jump', 'accountability_day', 'chase',
    ):
        op.drop_table(table)
