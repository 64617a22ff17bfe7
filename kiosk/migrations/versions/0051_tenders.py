"""tenders: needs, notices, envelopes, openings, points, awards, contracts

What was written, registered, opened, typed, scored, awarded and signed is never changed or deleted. Of an
envelope only that it was taken back is added, of a rent that it came in.
"""

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0051'
down_revision = '0050'
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
WORDS = 'what was tendered, opened and signed never changes'
FACTS = (
    'tender_version', 'tender_opened', 'tender_typed', 'tender_score', 'tender_award',
    'tender_contract', 'tender_contract_step', 'tender_price', 'tender_brought',
)
TABLES = (
    'tender', 'tender_version', 'tender_bid', 'tender_opening', 'tender_seat',
    'tender_opened', 'tender_typed', 'tender_score', 'tender_award', 'tender_contract',
    'tender_contract_step', 'tender_price', 'tender_rent', 'tender_brought',
)
KEPT = {
    'tender_bid': ('id', 'sent', 'tender_id', 'number', 'way', 'bidder', 'bidder_key', 'is_late', 'at', 'person_id', 'chain_seq'),
    'tender_rent': ('id', 'contract_id', 'position', 'due', 'amount'),
}


def upgrade() -> None:
    op.create_table('tender',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sent', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('begun_at', types.UtcDateTime(), nullable=False),
    sa.Column('posting_id', sa.Integer(), nullable=True),
    sa.Column('protocol_id', sa.Integer(), nullable=True),
    sa.Column('award_id', sa.Integer(), nullable=True),
    sa.Column('withdrawn_seq', BIG, nullable=True),
    sa.ForeignKeyConstraint(['award_id'], ['posting.id'], name=op.f('fk_tender_award_id')),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_tender_posting_id')),
    sa.ForeignKeyConstraint(['protocol_id'], ['posting.id'], name=op.f('fk_tender_protocol_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tender')),
    sa.UniqueConstraint('sent', name=op.f('uq_tender_sent'))
    )
    op.create_index('ix_tender_award_id', 'tender', ['award_id'])
    op.create_index('ix_tender_posting_id', 'tender', ['posting_id'])
    op.create_index('ix_tender_protocol_id', 'tender', ['protocol_id'])
    op.create_index('ix_tender_state', 'tender', ['state'])
    op.create_table('tender_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('tender_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('part', sa.String(length=10), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('account', sa.String(length=40), nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_tender_version_person_id')),
    sa.ForeignKeyConstraint(['tender_id'], ['tender.id'], name=op.f('fk_tender_version_tender_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tender_version')),
    sa.UniqueConstraint('chain_seq', name=op.f('uq_tender_version_chain_seq')),
    sa.UniqueConstraint('tender_id', 'number', name=op.f('uq_tender_version_tender_id_number'))
    )
    op.create_table('tender_bid',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sent', sa.String(length=64), nullable=False),
    sa.Column('tender_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('way', sa.String(length=10), nullable=False),
    sa.Column('bidder', sa.String(length=80), nullable=False),
    sa.Column('bidder_key', sa.String(length=90), nullable=False),
    sa.Column('supplier_id', sa.Integer(), nullable=True),
    sa.Column('is_late', sa.Boolean(), nullable=False),
    sa.Column('photo_id', sa.Integer(), nullable=True),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('account', sa.String(length=40), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.Column('withdrawn_at', types.UtcDateTime(), nullable=True),
    sa.Column('withdrawn_seq', BIG, nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_tender_bid_person_id')),
    sa.ForeignKeyConstraint(['supplier_id'], ['supplier.id'], name=op.f('fk_tender_bid_supplier_id')),
    sa.ForeignKeyConstraint(['tender_id'], ['tender.id'], name=op.f('fk_tender_bid_tender_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tender_bid')),
    sa.UniqueConstraint('chain_seq', name=op.f('uq_tender_bid_chain_seq')),
    sa.UniqueConstraint('tender_id', 'number', name=op.f('uq_tender_bid_tender_id_number')),
    sa.UniqueConstraint('sent', name=op.f('uq_tender_bid_sent'))
    )
    op.create_table('tender_opening',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('tender_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('quorum', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('begun_at', types.UtcDateTime(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.Column('decided_at', types.UtcDateTime(), nullable=True),
    sa.Column('decided_seq', BIG, nullable=True),
    sa.Column('protocol', sa.Text(), nullable=True),
    sa.Column('hash', sa.String(length=64), nullable=True),
    sa.Column('read_at', types.UtcDateTime(), nullable=True),
    sa.Column('read_seq', BIG, nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_tender_opening_person_id')),
    sa.ForeignKeyConstraint(['tender_id'], ['tender.id'], name=op.f('fk_tender_opening_tender_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tender_opening')),
    sa.UniqueConstraint('tender_id', 'number', name=op.f('uq_tender_opening_tender_id_number'))
    )
    op.create_table('tender_seat',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('opening_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('how', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.String(length=20), nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=True),
    sa.Column('confirmed_at', types.UtcDateTime(), nullable=True),
    sa.Column('confirmed_how', sa.String(length=10), nullable=False),
    sa.ForeignKeyConstraint(['opening_id'], ['tender_opening.id'], name=op.f('fk_tender_seat_opening_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_tender_seat_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tender_seat')),
    sa.UniqueConstraint('opening_id', 'person_id', name=op.f('uq_tender_seat_opening_id_person_id'))
    )
    op.create_table('tender_opened',
    sa.Column('bid_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('opening_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['bid_id'], ['tender_bid.id'], name=op.f('fk_tender_opened_bid_id')),
    sa.ForeignKeyConstraint(['opening_id'], ['tender_opening.id'], name=op.f('fk_tender_opened_opening_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_tender_opened_person_id')),
    sa.PrimaryKeyConstraint('bid_id', name=op.f('pk_tender_opened')),
    sa.UniqueConstraint('chain_seq', name=op.f('uq_tender_opened_chain_seq'))
    )
    op.create_table('tender_typed',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('bid_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('account', sa.String(length=40), nullable=False),
    sa.Column('offer', sa.JSON(), nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['bid_id'], ['tender_bid.id'], name=op.f('fk_tender_typed_bid_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_tender_typed_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tender_typed')),
    sa.UniqueConstraint('chain_seq', name=op.f('uq_tender_typed_chain_seq'))
    )
    op.create_index('ix_tender_typed_bid_id', 'tender_typed', ['bid_id'])
    op.create_table('tender_score',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('tender_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('account', sa.String(length=40), nullable=False),
    sa.Column('points', sa.JSON(), nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_tender_score_person_id')),
    sa.ForeignKeyConstraint(['tender_id'], ['tender.id'], name=op.f('fk_tender_score_tender_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tender_score')),
    sa.UniqueConstraint('tender_id', 'person_id', name=op.f('uq_tender_score_tender_id_person_id')),
    sa.UniqueConstraint('chain_seq', name=op.f('uq_tender_score_chain_seq'))
    )
    op.create_table('tender_award',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('tender_id', sa.Integer(), nullable=False),
    sa.Column('bid_id', sa.Integer(), nullable=True),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('account', sa.String(length=40), nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['bid_id'], ['tender_bid.id'], name=op.f('fk_tender_award_bid_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_tender_award_person_id')),
    sa.ForeignKeyConstraint(['tender_id'], ['tender.id'], name=op.f('fk_tender_award_tender_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tender_award')),
    sa.UniqueConstraint('tender_id', name=op.f('uq_tender_award_tender_id')),
    sa.UniqueConstraint('chain_seq', name=op.f('uq_tender_award_chain_seq'))
    )
    op.create_table('tender_contract',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('tender_id', sa.Integer(), nullable=False),
    sa.Column('supplier_id', sa.Integer(), nullable=True),
    sa.Column('party', sa.String(length=80), nullable=False),
    sa.Column('counter_id', sa.Integer(), nullable=True),
    sa.Column('pricing', sa.String(length=10), nullable=False),
    sa.Column('first', sa.Date(), nullable=False),
    sa.Column('last', sa.Date(), nullable=False),
    sa.Column('renewal', sa.String(length=120), nullable=False),
    sa.Column('amount', types.Fen(), nullable=True),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('account', sa.String(length=40), nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['counter_id'], ['counter.id'], name=op.f('fk_tender_contract_counter_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_tender_contract_person_id')),
    sa.ForeignKeyConstraint(['supplier_id'], ['supplier.id'], name=op.f('fk_tender_contract_supplier_id')),
    sa.ForeignKeyConstraint(['tender_id'], ['tender.id'], name=op.f('fk_tender_contract_tender_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tender_contract')),
    sa.UniqueConstraint('chain_seq', name=op.f('uq_tender_contract_chain_seq')),
    sa.UniqueConstraint('tender_id', name=op.f('uq_tender_contract_tender_id'))
    )
    op.create_index('ix_tender_contract_supplier_id', 'tender_contract', ['supplier_id'])
    op.create_table('tender_contract_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('contract_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('what', sa.String(length=10), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['contract_id'], ['tender_contract.id'], name=op.f('fk_tender_contract_step_contract_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_tender_contract_step_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tender_contract_step')),
    sa.UniqueConstraint('contract_id', 'number', name=op.f('uq_tender_contract_step_contract_id_number')),
    sa.UniqueConstraint('chain_seq', name=op.f('uq_tender_contract_step_chain_seq'))
    )
    op.create_table('tender_price',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('contract_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('item', sa.String(length=60), nullable=False),
    sa.Column('specification', sa.String(length=60), nullable=False),
    sa.Column('unit', sa.String(length=20), nullable=False),
    sa.Column('item_class', sa.String(length=30), nullable=False),
    sa.Column('price', types.UnitPrice(), nullable=True),
    sa.Column('discount', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['contract_id'], ['tender_contract.id'], name=op.f('fk_tender_price_contract_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tender_price'))
    )
    op.create_index('ix_tender_price_contract_id_position', 'tender_price', ['contract_id', 'position'], unique=True)
    op.create_table('tender_rent',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('contract_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('due', sa.Date(), nullable=False),
    sa.Column('amount', types.Fen(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=True),
    sa.Column('received_at', types.UtcDateTime(), nullable=True),
    sa.Column('received_by', sa.Integer(), nullable=True),
    sa.Column('received_seq', BIG, nullable=True),
    sa.ForeignKeyConstraint(['contract_id'], ['tender_contract.id'], name=op.f('fk_tender_rent_contract_id')),
    sa.ForeignKeyConstraint(['received_by'], ['person.id'], name=op.f('fk_tender_rent_received_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tender_rent'))
    )
    op.create_index('ix_tender_rent_contract_id_position', 'tender_rent', ['contract_id', 'position'], unique=True)
    op.create_index('ix_tender_rent_due', 'tender_rent', ['due'])
    op.create_table('tender_brought',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('posting_id', sa.Integer(), nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_tender_brought_posting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tender_brought')),
    sa.UniqueConstraint('posting_id', name=op.f('uq_tender_brought_posting_id')),
    sa.UniqueConstraint('key', name=op.f('uq_tender_brought_key'))
    )
    protect()


def protect() -> None:
    same = 'IS' if op.get_bind().dialect.name == 'sqlite' else 'IS NOT DISTINCT FROM'
    for table in FACTS:
        _refuse(table, ('update', 'delete'))
    for table, columns in KEPT.items():
        kept = ' AND '.join(f'NEW."{column}" {same} OLD."{column}"' for column in columns)
        _refuse(table, ('update',), f'NOT ({kept})')
        _refuse(table, ('delete',))


def _refuse(table: str, verbs: tuple[str, ...], condition: str = '') -> None:
    for verb in verbs:
        begin = f'CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table}'
        if op.get_bind().dialect.name == 'sqlite':
            when = f'WHEN {condition} ' if condition else ''
            op.execute(f"{begin} {when}BEGIN SELECT RAISE(ABORT, '{WORDS}'); END")
        else:
            when = f'WHEN ({condition}) ' if condition else ''
            op.execute(f"{begin} FOR EACH ROW {when}EXECUTE FUNCTION kiosk_refuse('{WORDS}')")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
