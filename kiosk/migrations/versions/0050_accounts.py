"""accounts of books by period with their vouchers, and the congress's audit of them

What was laid open, typed, drawn and found is never updated, never deleted. Of a voucher that was laid open only
the version changes until which it counts.
"""

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0050'
down_revision = '0049'
branch_labels = None
depends_on = None

WORDS = 'what was laid open, drawn and found never changes'
FACTS = ('account_version', 'congress_number')
VOUCHER = ('account_id', 'book_id', 'number', 'key', 'day', 'side', 'purpose', 'amount', 'payee', 'payment_id', 'since')
FOUND = ('session_id', 'account_id', 'version', 'size', 'finding', 'text', 'members', 'present', 'in_favour', 'against', 'abstained')
ONCE = (
    ('account_voucher', VOUCHER, 'OLD.since IS NOT NULL'),
    ('congress_audit', FOUND, "OLD.finding <> ''"),
    ('congress_session', ('held_on', 'head_at', 'head_seq', 'head', 'number'), "OLD.number <> ''"),
)
"""Tables whose rows never change in these columns, nor go, once this is so."""
BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('account_book',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('added_by', sa.String(length=40), nullable=False),
    sa.Column('added_at', types.UtcDateTime(), nullable=False),
    sa.Column('ended_at', types.UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_book')),
    sa.UniqueConstraint('key', name=op.f('uq_account_book_key'))
    )
    op.create_table('period_account',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sent', sa.String(length=64), nullable=False),
    sa.Column('book_id', sa.Integer(), nullable=False),
    sa.Column('period', sa.String(length=10), nullable=False),
    sa.Column('starts', sa.Date(), nullable=False),
    sa.Column('ends', sa.Date(), nullable=False),
    sa.Column('opening', types.Fen(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('begun_by', sa.Integer(), nullable=False),
    sa.Column('begun_at', types.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['begun_by'], ['person.id'], name=op.f('fk_period_account_begun_by')),
    sa.ForeignKeyConstraint(['book_id'], ['account_book.id'], name=op.f('fk_period_account_book_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_period_account')),
    sa.UniqueConstraint('book_id', 'period', name=op.f('uq_period_account_book_id_period')),
    sa.UniqueConstraint('sent', name=op.f('uq_period_account_sent'))
    )
    op.create_index(op.f('ix_period_account_ends'), 'period_account', ['ends'])
    op.create_table('account_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('opening', types.Fen(), nullable=False),
    sa.Column('income', types.Fen(), nullable=False),
    sa.Column('spending', types.Fen(), nullable=False),
    sa.Column('vouchers', sa.Integer(), nullable=False),
    sa.Column('root', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('laid_by', sa.Integer(), nullable=False),
    sa.Column('laid_at', types.UtcDateTime(), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['period_account.id'], name=op.f('fk_account_version_account_id')),
    sa.ForeignKeyConstraint(['laid_by'], ['person.id'], name=op.f('fk_account_version_laid_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_version')),
    sa.UniqueConstraint('account_id', 'number', name=op.f('uq_account_version_account_id_number')),
    sa.UniqueConstraint('chain_seq', name=op.f('uq_account_version_chain_seq'))
    )
    op.create_table('account_import',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('book_id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('file_name', sa.String(length=80), nullable=False),
    sa.Column('vouchers', sa.Integer(), nullable=False),
    sa.Column('brought_at', types.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['period_account.id'], name=op.f('fk_account_import_account_id')),
    sa.ForeignKeyConstraint(['book_id'], ['account_book.id'], name=op.f('fk_account_import_book_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_import')),
    sa.UniqueConstraint('book_id', 'digest', name=op.f('uq_account_import_book_id_digest'))
    )
    op.create_table('account_voucher',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('book_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('side', sa.String(length=20), nullable=False),
    sa.Column('purpose', sa.String(length=120), nullable=False),
    sa.Column('amount', types.Fen(), nullable=False),
    sa.Column('payee', sa.String(length=20), nullable=False),
    sa.Column('payment_id', sa.Integer(), nullable=True),
    sa.Column('import_id', sa.Integer(), nullable=True),
    sa.Column('since', sa.Integer(), nullable=True),
    sa.Column('until', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['period_account.id'], name=op.f('fk_account_voucher_account_id')),
    sa.ForeignKeyConstraint(['book_id'], ['account_book.id'], name=op.f('fk_account_voucher_book_id')),
    sa.ForeignKeyConstraint(['import_id'], ['account_import.id'], name=op.f('fk_account_voucher_import_id')),
    sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_account_voucher_payment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_voucher'))
    )
    op.create_index(op.f('ix_account_voucher_account_id_day_id'), 'account_voucher', ['account_id', 'day', 'id'])
    op.create_index('uq_account_voucher_number', 'account_voucher', ['book_id', 'key'], unique=True, sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))
    op.create_index('uq_account_voucher_payment', 'account_voucher', ['payment_id'], unique=True, sqlite_where=sa.text('until IS NULL AND payment_id IS NOT NULL'), postgresql_where=sa.text('until IS NULL AND payment_id IS NOT NULL'))
    op.create_table('congress_delegate',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('named_at', types.UtcDateTime(), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_congress_delegate_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_congress_delegate'))
    )
    op.create_index(op.f('ix_congress_delegate_person_id'), 'congress_delegate', ['person_id'])
    op.create_table('congress_session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sent', sa.String(length=64), nullable=False),
    sa.Column('held_on', sa.Date(), nullable=False),
    sa.Column('head_at', types.UtcDateTime(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('convened_by', sa.Integer(), nullable=False),
    sa.Column('convened_at', types.UtcDateTime(), nullable=False),
    sa.Column('head_seq', BIG, nullable=True),
    sa.Column('head', sa.String(length=64), nullable=False),
    sa.Column('number', sa.String(length=12), nullable=False),
    sa.Column('drawn_at', types.UtcDateTime(), nullable=True),
    sa.Column('drawn_chain_seq', BIG, nullable=True),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['convened_by'], ['person.id'], name=op.f('fk_congress_session_convened_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_congress_session')),
    sa.UniqueConstraint('sent', name=op.f('uq_congress_session_sent'))
    )
    op.create_table('congress_seat',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('in_group', sa.Boolean(), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('present_at', types.UtcDateTime(), nullable=True),
    sa.Column('how', sa.String(length=10), nullable=False),
    sa.Column('absent', sa.String(length=60), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_congress_seat_person_id')),
    sa.ForeignKeyConstraint(['session_id'], ['congress_session.id'], name=op.f('fk_congress_seat_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_congress_seat')),
    sa.UniqueConstraint('session_id', 'person_id', name=op.f('uq_congress_seat_session_id_person_id'))
    )
    op.create_table('congress_number',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=12), nullable=False),
    sa.Column('typed_at', types.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_congress_number_person_id')),
    sa.ForeignKeyConstraint(['session_id'], ['congress_session.id'], name=op.f('fk_congress_number_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_congress_number')),
    sa.UniqueConstraint('session_id', 'round', 'person_id', name=op.f('uq_congress_number_session_id_round_person_id'))
    )
    op.create_table('congress_audit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('is_open', sa.Boolean(), nullable=False),
    sa.Column('finding', sa.String(length=10), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('members', sa.Integer(), nullable=False),
    sa.Column('present', sa.Integer(), nullable=False),
    sa.Column('in_favour', sa.Integer(), nullable=False),
    sa.Column('against', sa.Integer(), nullable=False),
    sa.Column('abstained', sa.Integer(), nullable=False),
    sa.Column('found_by', sa.Integer(), nullable=True),
    sa.Column('found_at', types.UtcDateTime(), nullable=True),
    sa.Column('posting_id', sa.Integer(), nullable=True),
    sa.Column('chain_seq', BIG, nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['period_account.id'], name=op.f('fk_congress_audit_account_id')),
    sa.ForeignKeyConstraint(['found_by'], ['person.id'], name=op.f('fk_congress_audit_found_by')),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_congress_audit_posting_id')),
    sa.ForeignKeyConstraint(['session_id'], ['congress_session.id'], name=op.f('fk_congress_audit_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_congress_audit')),
    sa.UniqueConstraint('session_id', 'account_id', name=op.f('uq_congress_audit_session_id_account_id'))
    )
    op.create_index('uq_congress_audit_open', 'congress_audit', ['account_id'], unique=True, sqlite_where=sa.text('is_open'), postgresql_where=sa.text('is_open'))
    op.create_table('congress_tick',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('audit_id', sa.Integer(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('voucher_id', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(length=10), nullable=False),
    sa.Column('text', sa.String(length=300), nullable=False),
    sa.Column('ticked_by', sa.Integer(), nullable=True),
    sa.Column('ticked_at', types.UtcDateTime(), nullable=True),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['audit_id'], ['congress_audit.id'], name=op.f('fk_congress_tick_audit_id')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_congress_tick_case_id')),
    sa.ForeignKeyConstraint(['ticked_by'], ['person.id'], name=op.f('fk_congress_tick_ticked_by')),
    sa.ForeignKeyConstraint(['voucher_id'], ['account_voucher.id'], name=op.f('fk_congress_tick_voucher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_congress_tick')),
    sa.UniqueConstraint('audit_id', 'place', name=op.f('uq_congress_tick_audit_id_place')),
    sa.UniqueConstraint('audit_id', 'voucher_id', name=op.f('uq_congress_tick_audit_id_voucher_id'))
    )
    op.create_table('account_year',
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('held_on', sa.Date(), nullable=False),
    sa.Column('named_by', sa.String(length=40), nullable=False),
    sa.Column('named_at', types.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('year', name=op.f('pk_account_year'))
    )
    protect()


def protect() -> None:
    is_postgres = op.get_bind().dialect.name == 'postgresql'
    refuse = f"EXECUTE FUNCTION kiosk_refuse('{WORDS}')"
    abort = f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
    for table in FACTS:
        if is_postgres:
            op.execute(f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {refuse}")
            op.execute(f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} {refuse}")
            continue
        for verb in ('update', 'delete'):
            op.execute(f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} {abort}")
    for table, columns, once in ONCE:
        for verb, what in (('update', f"UPDATE OF {', '.join(columns)}"), ('delete', 'DELETE')):
            if is_postgres:
                act = f"FOR EACH ROW WHEN ({once}) {refuse}"
            else:
                act = f"WHEN {once} {abort}"
            op.execute(f"CREATE TRIGGER {table}_no_{verb} BEFORE {what} ON {table} {act}")


def downgrade() -> None:
    for table in (
        'account_year', 'congress_tick', 'congress_audit', 'congress_number', 'congress_seat', 'congress_session',
        'congress_delegate', 'account_voucher', 'account_import', 'account_version', 'period_account', 'account_book',
    ):
        op.drop_table(table)
