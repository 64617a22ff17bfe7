"""commitments

Commitments and their versions are facts: never updated, never deleted. When tablets were heard is kept as
stretches of time.
"""

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None

WORDS = 'what was promised never changes'
FACTS = ('commitment', 'commitment_version')
BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('heard',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('tablet_id', sa.Integer(), nullable=False),
    sa.Column('counter_id', sa.Integer(), nullable=False),
    sa.Column('since', types.UtcDateTime(), nullable=False),
    sa.Column('until', types.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['counter_id'], ['counter.id'], name=op.f('fk_heard_counter_id')),
    sa.ForeignKeyConstraint(['tablet_id'], ['tablet.id'], name=op.f('fk_heard_tablet_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_heard'))
    )
    op.create_index('ix_heard_tablet_id_id', 'heard', ['tablet_id', 'id'])
    op.create_index('ix_heard_until', 'heard', ['until'])
    op.create_table('commitment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('counter_id', sa.Integer(), nullable=True),
    sa.Column('canteen_id', sa.Integer(), nullable=True),
    sa.Column('created_at', types.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_commitment_canteen_id')),
    sa.ForeignKeyConstraint(['counter_id'], ['counter.id'], name=op.f('fk_commitment_counter_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_commitment'))
    )
    for column in ('counter_id', 'canteen_id'):
        op.create_index(f'ix_commitment_{column}', 'commitment', [column])
    op.create_table('commitment_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('commitment_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('value', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('text', sa.String(length=80), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('stands', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(length=100), nullable=False),
    sa.Column('set_by', sa.String(length=40), nullable=False),
    sa.Column('set_at', types.UtcDateTime(), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['commitment_id'], ['commitment.id'], name=op.f('fk_commitment_version_commitment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_commitment_version')),
    sa.UniqueConstraint('commitment_id', 'version', name=op.f('uq_commitment_version_commitment_id_version'))
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
    for table in ('commitment_version', 'commitment', 'heard'):
        op.drop_table(table)
