"""questions on what is posted

A question is a fact: never deleted, and only the case into which it went is written beside it, once.
"""

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None

WORDS = 'a question never changes'
ASKED = ('id', 'posting_id', 'version', 'row', 'asker', 'asked_at', 'words', 'alike_id', 'key_hash', 'chain_seq')
"""The columns that say what was asked."""
TURN = 'OLD.case_id IS NOT NULL'
BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('question_window',
    sa.Column('posting_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('key', sa.LargeBinary(length=32), nullable=False),
    sa.Column('opened_at', types.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_question_window_posting_id')),
    sa.PrimaryKeyConstraint('posting_id', name=op.f('pk_question_window'))
    )
    op.create_table('question_asker',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('posting_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('mark', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_question_asker_posting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question_asker')),
    sa.UniqueConstraint('posting_id', 'mark', name=op.f('uq_question_asker_posting_id_mark')),
    sa.UniqueConstraint('posting_id', 'number', name=op.f('uq_question_asker_posting_id_number'))
    )
    op.create_table('question',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('posting_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('asker', sa.Integer(), nullable=False),
    sa.Column('asked_at', types.UtcDateTime(), nullable=False),
    sa.Column('words', sa.String(length=64), nullable=False),
    sa.Column('alike_id', sa.Integer(), nullable=True),
    sa.Column('key_hash', sa.String(length=64), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_question_posting_id')),
    sa.ForeignKeyConstraint(['alike_id'], ['question.id'], name=op.f('fk_question_alike_id')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_question_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question')),
    sa.UniqueConstraint('key_hash', name=op.f('uq_question_key_hash'))
    )
    op.create_index('ix_question_posting_id_alike_id', 'question', ['posting_id', 'alike_id'])
    for column in ('alike_id', 'case_id'):
        op.create_index(f'ix_question_{column}', 'question', [column])
    protect()


def protect() -> None:
    columns = ', '.join(f'"{name}"' for name in ASKED)
    if op.get_bind().dialect.name == 'postgresql':
        refuse = f"EXECUTE FUNCTION kiosk_refuse('{WORDS}')"
        op.execute(f'CREATE TRIGGER question_no_update BEFORE UPDATE OF {columns} ON question FOR EACH ROW {refuse}')
        op.execute(f'CREATE TRIGGER question_no_turn BEFORE UPDATE ON question FOR EACH ROW WHEN ({TURN}) {refuse}')
        op.execute(f'CREATE TRIGGER question_no_delete BEFORE DELETE ON question FOR EACH ROW {refuse}')
        op.execute(f'CREATE TRIGGER question_no_truncate BEFORE TRUNCATE ON question {refuse}')
        return
    abort = f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
    op.execute(f'CREATE TRIGGER question_no_update BEFORE UPDATE OF {columns} ON question {abort}')
    op.execute(f'CREATE TRIGGER question_no_turn BEFORE UPDATE ON question WHEN {TURN} {abort}')
    op.execute(f'CREATE TRIGGER question_no_delete BEFORE DELETE ON question {abort}')


def downgrade() -> None:
    for table in ('question', 'question_asker', 'question_window'):
        op.drop_table(table)
