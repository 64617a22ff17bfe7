"""the budget of a term: versions, lines with their figures, moves, transfers, exceptions, the check at its end

Moves and checks are facts: never updated, never deleted.
"""

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0046'
down_revision = '0045'
branch_labels = None
depends_on = None

WORDS = 'a move of the budget is followed by another, never changed'
FACTS = ('budget_move', 'budget_check')
BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def fen(*names: str) -> list[sa.Column]:
    return [sa.Column(name, types.Fen(), nullable=False) for name in names]


def asked() -> list[sa.Column]:
    return [
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.Column('asked_at', types.UtcDateTime(), nullable=False),
        sa.Column('asked_by', sa.String(length=40), nullable=False),
        sa.Column('decided_at', types.UtcDateTime(), nullable=True),
    ]


def upgrade() -> None:
    op.create_table('budget_line',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('term_id', sa.Integer(), nullable=False),
    *fen('planned', 'committed', 'spent', 'allowed', 'over'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_budget_line'))
    )
    op.create_index('ix_budget_line_term_id', 'budget_line', ['term_id'])
    op.create_table('budget_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('term_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('why', sa.String(length=200), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('writers', sa.JSON(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('made_at', types.UtcDateTime(), nullable=False),
    sa.Column('made_by', sa.String(length=40), nullable=False),
    sa.Column('approved_at', types.UtcDateTime(), nullable=True),
    sa.Column('chain_seq', BIG, nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_budget_version')),
    sa.UniqueConstraint('term_id', 'number', name=op.f('uq_budget_version_term_id_number'))
    )
    op.create_table('budget_row',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('line_id', sa.Integer(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('name_en', sa.String(length=60), nullable=False),
    sa.Column('purpose', sa.String(length=200), nullable=False),
    sa.Column('item_class', sa.String(length=30), nullable=False),
    sa.Column('earmarked', sa.Boolean(), nullable=False),
    *fen('planned', 'was'),
    sa.ForeignKeyConstraint(['line_id'], ['budget_line.id'], name=op.f('fk_budget_row_line_id')),
    sa.ForeignKeyConstraint(['version_id'], ['budget_version.id'], name=op.f('fk_budget_row_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_budget_row')),
    sa.UniqueConstraint('version_id', 'line_id', name=op.f('uq_budget_row_version_id_line_id'))
    )
    op.create_index('ix_budget_row_line_id', 'budget_row', ['line_id'])
    moves()
    decided()
    protect()


def moves() -> None:
    op.create_table('budget_move',
    sa.Column('id', BIG, nullable=False),
    sa.Column('line_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('source', sa.String(length=60), nullable=False),
    sa.Column('of', sa.String(length=60), nullable=False),
    *fen('planned', 'committed', 'taken', 'spent', 'allowed', 'over'),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('by', sa.String(length=40), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['line_id'], ['budget_line.id'], name=op.f('fk_budget_move_line_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_budget_move')),
    sa.UniqueConstraint('chain_seq', name=op.f('uq_budget_move_chain_seq'))
    )
    op.create_index('ix_budget_move_line_id_id', 'budget_move', ['line_id', 'id'])
    op.create_index('ix_budget_move_source', 'budget_move', ['source'])
    op.create_index('ix_budget_move_of', 'budget_move', ['of'])


def decided() -> None:
    op.create_table('budget_transfer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('from_id', sa.Integer(), nullable=False),
    sa.Column('to_id', sa.Integer(), nullable=False),
    *fen('amount'),
    sa.Column('reason', sa.String(length=200), nullable=False),
    *asked(),
    sa.ForeignKeyConstraint(['from_id'], ['budget_line.id'], name=op.f('fk_budget_transfer_from_id')),
    sa.ForeignKeyConstraint(['to_id'], ['budget_line.id'], name=op.f('fk_budget_transfer_to_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_budget_transfer'))
    )
    op.create_index('ix_budget_transfer_from_id', 'budget_transfer', ['from_id'])
    op.create_index('ix_budget_transfer_to_id', 'budget_transfer', ['to_id'])
    op.create_table('budget_exception',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('line_id', sa.Integer(), nullable=False),
    *fen('amount'),
    sa.Column('title', sa.String(length=60), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    *asked(),
    sa.ForeignKeyConstraint(['line_id'], ['budget_line.id'], name=op.f('fk_budget_exception_line_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_budget_exception'))
    )
    op.create_index('ix_budget_exception_line_id', 'budget_exception', ['line_id'])
    op.create_table('budget_check',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('term_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('lacking', sa.JSON(), nullable=False),
    sa.Column('signed_at', types.UtcDateTime(), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_budget_check_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_budget_check')),
    sa.UniqueConstraint('chain_seq', name=op.f('uq_budget_check_chain_seq'))
    )
    op.create_index('ix_budget_check_term_id', 'budget_check', ['term_id'])


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
        'budget_check', 'budget_exception', 'budget_transfer', 'budget_move', 'budget_row', 'budget_version',
        'budget_line',
    ):
        op.drop_table(table)
