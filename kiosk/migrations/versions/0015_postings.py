"""postings

Postings, versions and withdrawals are facts: never updated, never deleted. Only what was never posted goes,
with its draft.
"""

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

POSTED = "what is posted never changes"
FACTS = ("posting_version", "posting_withdrawal")
BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('posting',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('canteen_id', sa.Integer(), nullable=True),
    sa.Column('counter_id', sa.Integer(), nullable=True),
    sa.Column('period', sa.String(length=20), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_posting_canteen_id')),
    sa.ForeignKeyConstraint(['counter_id'], ['counter.id'], name=op.f('fk_posting_counter_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posting'))
    )
    op.create_index('ix_posting_kind_period', 'posting', ['kind', 'period'])
    op.create_table('posting_draft',
    sa.Column('posting_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('rows', sa.JSON(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('writers', sa.JSON(), nullable=False),
    sa.Column('changed_by', sa.String(length=40), nullable=False),
    sa.Column('changed_name', sa.String(length=40), nullable=False),
    sa.Column('changed_at', types.UtcDateTime(), nullable=False),
    sa.Column('proposed', sa.JSON(none_as_null=True), nullable=True),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_posting_draft_posting_id')),
    sa.PrimaryKeyConstraint('posting_id', name=op.f('pk_posting_draft'))
    )
    op.create_table('posting_version',
    sa.Column('id', BIG, nullable=False),
    sa.Column('posting_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('posted_by', sa.String(length=40), nullable=False),
    sa.Column('posted_at', types.UtcDateTime(), nullable=False),
    sa.Column('hangs_until', sa.Date(), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_posting_version_posting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posting_version')),
    sa.UniqueConstraint('posting_id', 'version', name=op.f('uq_posting_version_posting_id_version'))
    )
    for column in ('posting_id', 'posted_at', 'hangs_until'):
        op.create_index(f'ix_posting_version_{column}', 'posting_version', [column])
    op.create_table('posting_withdrawal',
    sa.Column('posting_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('withdrawn_by', sa.String(length=40), nullable=False),
    sa.Column('withdrawn_at', types.UtcDateTime(), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_posting_withdrawal_posting_id')),
    sa.PrimaryKeyConstraint('posting_id', name=op.f('pk_posting_withdrawal'))
    )
    op.create_index('ix_posting_withdrawal_withdrawn_at', 'posting_withdrawal', ['withdrawn_at'])
    if op.get_bind().dialect.name == "sqlite":
        _protect_sqlite()
    else:
        _protect_postgresql()


def _protect_sqlite() -> None:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{POSTED}'); END"
    for table in FACTS:
        for verb in ("update", "delete"):
            op.execute(f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} {refuse}")
    op.execute(f"CREATE TRIGGER posting_no_update BEFORE UPDATE ON posting {refuse}")


def _protect_postgresql() -> None:
    refuse = f"EXECUTE FUNCTION kiosk_refuse('{POSTED}')"
    for table in FACTS:
        op.execute(f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} {refuse}")
    op.execute(f"CREATE TRIGGER posting_no_update BEFORE UPDATE ON posting FOR EACH ROW {refuse}")


def downgrade() -> None:
    for table in ('posting_withdrawal', 'posting_version', 'posting_draft', 'posting'):
        op.drop_table(table)
