"""a purchase from its plan to the day's sheet: plans, orders, acceptances

What was planned, bought and accepted is never changed or deleted. Of a purchase only that it was cancelled is
added, of an acceptance who confirmed it.
"""

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0048'
down_revision = '0047'
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
WORDS = 'what was planned, bought and accepted never changes'
FACTS = ('supply_plan_version', 'supply_purchase_line', 'supply_acceptance_line')
KEPT = {
    'supply_purchase': ('id', 'sent', 'canteen_id', 'day', 'version_id', 'way', 'supplier', 'budget_line', 'amount', 'buyer_id', 'at'),
    'supply_acceptance': ('id', 'sent', 'purchase_id', 'number', 'reason', 'person_id', 'at'),
}


def upgrade() -> None:
    op.create_table('supply_plan',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sent', sa.String(length=40), nullable=False),
    sa.Column('canteen_id', sa.Integer(), nullable=False),
    sa.Column('first', sa.Date(), nullable=False),
    sa.Column('last', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_supply_plan_canteen_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_supply_plan')),
    sa.UniqueConstraint('sent', name=op.f('uq_supply_plan_sent'))
    )
    op.create_index('ix_supply_plan_canteen_id_first', 'supply_plan', ['canteen_id', 'first'])
    op.create_index('ix_supply_plan_last', 'supply_plan', ['last'])
    op.create_index('ix_supply_plan_state', 'supply_plan', ['state'])
    op.create_table('supply_plan_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('amount', types.Fen(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_supply_plan_version_person_id')),
    sa.ForeignKeyConstraint(['plan_id'], ['supply_plan.id'], name=op.f('fk_supply_plan_version_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_supply_plan_version')),
    sa.UniqueConstraint('plan_id', 'number', name=op.f('uq_supply_plan_version_plan_id_number'))
    )
    op.create_table('supply_purchase',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sent', sa.String(length=40), nullable=False),
    sa.Column('canteen_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=True),
    sa.Column('way', sa.String(length=10), nullable=False),
    sa.Column('supplier', sa.String(length=80), nullable=False),
    sa.Column('budget_line', sa.Integer(), nullable=True),
    sa.Column('amount', types.Fen(), nullable=False),
    sa.Column('buyer_id', sa.Integer(), nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.Column('cancelled_at', types.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['buyer_id'], ['person.id'], name=op.f('fk_supply_purchase_buyer_id')),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_supply_purchase_canteen_id')),
    sa.ForeignKeyConstraint(['version_id'], ['supply_plan_version.id'], name=op.f('fk_supply_purchase_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_supply_purchase')),
    sa.UniqueConstraint('sent', name=op.f('uq_supply_purchase_sent'))
    )
    op.create_index('ix_supply_purchase_canteen_id_day', 'supply_purchase', ['canteen_id', 'day'])
    op.create_index('ix_supply_purchase_version_id', 'supply_purchase', ['version_id'])
    op.create_table('supply_purchase_line',
    sa.Column('id', BIG, nullable=False),
    sa.Column('purchase_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('planned', sa.Integer(), nullable=True),
    sa.Column('item', sa.String(length=60), nullable=False),
    sa.Column('specification', sa.String(length=60), nullable=False),
    sa.Column('unit', sa.String(length=20), nullable=False),
    sa.Column('quantity', types.Milli(), nullable=False),
    sa.Column('unit_price', types.UnitPrice(), nullable=False),
    sa.Column('amount', types.Fen(), nullable=False),
    sa.ForeignKeyConstraint(['purchase_id'], ['supply_purchase.id'], name=op.f('fk_supply_purchase_line_purchase_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_supply_purchase_line')),
    sa.UniqueConstraint('purchase_id', 'position', name=op.f('uq_supply_purchase_line_purchase_id_position'))
    )
    op.create_table('supply_acceptance',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sent', sa.String(length=40), nullable=False),
    sa.Column('purchase_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.Column('second_id', sa.Integer(), nullable=True),
    sa.Column('confirmed_at', types.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_supply_acceptance_person_id')),
    sa.ForeignKeyConstraint(['purchase_id'], ['supply_purchase.id'], name=op.f('fk_supply_acceptance_purchase_id')),
    sa.ForeignKeyConstraint(['second_id'], ['person.id'], name=op.f('fk_supply_acceptance_second_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_supply_acceptance')),
    sa.UniqueConstraint('purchase_id', 'number', name=op.f('uq_supply_acceptance_purchase_id_number')),
    sa.UniqueConstraint('sent', name=op.f('uq_supply_acceptance_sent'))
    )
    op.create_table('supply_acceptance_line',
    sa.Column('id', BIG, nullable=False),
    sa.Column('acceptance_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('delivered', types.Milli(), nullable=False),
    sa.Column('accepted', types.Milli(), nullable=False),
    sa.Column('reason', sa.String(length=60), nullable=False),
    sa.Column('temperature', sa.Integer(), nullable=True),
    sa.Column('batch', sa.String(length=40), nullable=False),
    sa.Column('certificate_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['acceptance_id'], ['supply_acceptance.id'], name=op.f('fk_supply_acceptance_line_acceptance_id')),
    sa.ForeignKeyConstraint(['certificate_id'], ['goods_certificate.id'], name=op.f('fk_supply_acceptance_line_certificate_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_supply_acceptance_line')),
    sa.UniqueConstraint('acceptance_id', 'position', name=op.f('uq_supply_acceptance_line_acceptance_id_position'))
    )
    op.create_table('supply_sheet',
    sa.Column('purchase_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('posting_id', sa.Integer(), nullable=False),
    sa.Column('acceptance_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['acceptance_id'], ['supply_acceptance.id'], name=op.f('fk_supply_sheet_acceptance_id')),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_supply_sheet_posting_id')),
    sa.ForeignKeyConstraint(['purchase_id'], ['supply_purchase.id'], name=op.f('fk_supply_sheet_purchase_id')),
    sa.PrimaryKeyConstraint('purchase_id', name=op.f('pk_supply_sheet'))
    )
    op.create_index('ix_supply_sheet_posting_id', 'supply_sheet', ['posting_id'])
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
    for table in ('supply_sheet', 'supply_acceptance_line', 'supply_acceptance', 'supply_purchase_line', 'supply_purchase', 'supply_plan_version', 'supply_plan'):
        op.drop_table(table)
