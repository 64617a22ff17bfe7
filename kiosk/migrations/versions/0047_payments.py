"""payments: what was asked, for which posted lines, paid and entered

Versions, lines and steps are facts: never updated, never deleted.
"""

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0047'
down_revision = '0046'
branch_labels = None
depends_on = None

WORDS = 'what was asked, paid and entered never changes'
FACTS = ('payment_version', 'payment_line', 'payment_step')
BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
THERE = sa.text("invoice_key <> '' AND state <> 'withdrawn'")


def upgrade() -> None:
    op.create_table('payment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sent', sa.String(length=64), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('payee_key', sa.String(length=90), nullable=False),
    sa.Column('invoice_key', sa.String(length=40), nullable=False),
    sa.Column('asked_at', types.UtcDateTime(), nullable=False),
    sa.Column('withdrawn_seq', BIG, nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment')),
    sa.UniqueConstraint('sent', name=op.f('uq_payment_sent'))
    )
    op.create_index('ix_payment_state', 'payment', ['state'])
    op.create_index('uq_payment_invoice', 'payment', ['payee_key', 'invoice_key'], unique=True, sqlite_where=THERE, postgresql_where=THERE)
    op.create_table('payment_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('payment_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('supplier_id', sa.Integer(), nullable=True),
    sa.Column('payee', sa.String(length=80), nullable=False),
    sa.Column('invoice', sa.String(length=40), nullable=False),
    sa.Column('purpose', sa.String(length=20), nullable=False),
    sa.Column('about', sa.String(length=120), nullable=False),
    sa.Column('amount', types.Fen(), nullable=False),
    sa.Column('budget_line', sa.Integer(), nullable=True),
    sa.Column('vouchers', sa.JSON(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('written_by', sa.Integer(), nullable=False),
    sa.Column('account', sa.String(length=40), nullable=False),
    sa.Column('written_at', types.UtcDateTime(), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_payment_version_payment_id')),
    sa.ForeignKeyConstraint(['supplier_id'], ['supplier.id'], name=op.f('fk_payment_version_supplier_id')),
    sa.ForeignKeyConstraint(['written_by'], ['person.id'], name=op.f('fk_payment_version_written_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment_version')),
    sa.UniqueConstraint('chain_seq', name=op.f('uq_payment_version_chain_seq')),
    sa.UniqueConstraint('payment_id', 'number', name=op.f('uq_payment_version_payment_id_number'))
    )
    op.create_index('ix_payment_version_supplier_id', 'payment_version', ['supplier_id'])
    op.create_table('payment_line',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('posting_id', sa.Integer(), nullable=False),
    sa.Column('sheet_version', sa.Integer(), nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('item', sa.String(length=60), nullable=False),
    sa.Column('specification', sa.String(length=60), nullable=False),
    sa.Column('unit', sa.String(length=20), nullable=False),
    sa.Column('quantity', types.Milli(), nullable=False),
    sa.Column('unit_price', types.UnitPrice(), nullable=False),
    sa.Column('amount', types.Fen(), nullable=False),
    sa.ForeignKeyConstraint(['version_id'], ['payment_version.id'], name=op.f('fk_payment_line_version_id')),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_payment_line_posting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment_line'))
    )
    op.create_index('ix_payment_line_version_id', 'payment_line', ['version_id'])
    op.create_index('ix_payment_line_posting_id', 'payment_line', ['posting_id'])
    op.create_table('payment_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('payment_id', sa.Integer(), nullable=False),
    sa.Column('what', sa.String(length=10), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('way', sa.String(length=20), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('account', sa.String(length=40), nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_payment_step_payment_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_payment_step_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment_step')),
    sa.UniqueConstraint('chain_seq', name=op.f('uq_payment_step_chain_seq')),
    sa.UniqueConstraint('payment_id', 'what', name=op.f('uq_payment_step_payment_id_what'))
    )
    op.create_index('ix_payment_step_day', 'payment_step', ['day'])
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
    for table in ('payment_step', 'payment_line', 'payment_version', 'payment'):
        op.drop_table(table)
