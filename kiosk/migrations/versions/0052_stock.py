"""the store: things, forms, batches, moves, counts

A form's lines and moves are never changed or deleted; of a form only who confirmed it is added.
"""

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0052'
down_revision = '0051'
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
WORDS = 'what moved in the store never changes'
FACTS = ('stock_line', 'stock_move')
KEPT = {
    'stock_form': ('id', 'sent', 'canteen_id', 'kind', 'origin', 'day', 'number', 'reason', 'digest', 'version', 'person_id', 'at'),
}


def upgrade() -> None:
    op.create_table('stock_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('canteen_id', sa.Integer(), nullable=False),
    sa.Column('item', sa.String(length=60), nullable=False),
    sa.Column('specification', sa.String(length=60), nullable=False),
    sa.Column('base', sa.String(length=20), nullable=False),
    sa.Column('unit', sa.String(length=20), nullable=False),
    sa.Column('balance', types.Milli(), nullable=False),
    sa.Column('worth', types.Fen(), nullable=False),
    sa.CheckConstraint('balance >= 0', name=op.f('ck_stock_item_not_below_zero')),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_stock_item_canteen_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_item')),
    sa.UniqueConstraint('canteen_id', 'item', 'specification', 'base', name=op.f('uq_stock_item_canteen_id_item_specification_base'))
    )
    op.create_table('stock_form',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sent', sa.String(length=64), nullable=False),
    sa.Column('canteen_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('origin', sa.String(length=10), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('posting_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('second_id', sa.Integer(), nullable=True),
    sa.Column('second_at', types.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_stock_form_canteen_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_stock_form_person_id')),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_stock_form_posting_id')),
    sa.ForeignKeyConstraint(['second_id'], ['person.id'], name=op.f('fk_stock_form_second_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_form')),
    sa.UniqueConstraint('posting_id', 'version', name=op.f('uq_stock_form_posting_id_version')),
    sa.UniqueConstraint('sent', name=op.f('uq_stock_form_sent'))
    )
    op.create_index('ix_stock_form_canteen_id_day', 'stock_form', ['canteen_id', 'day'])
    op.create_index('ix_stock_form_state', 'stock_form', ['state'])
    op.create_table('stock_line',
    sa.Column('id', BIG, nullable=False),
    sa.Column('form_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=True),
    sa.Column('item', sa.String(length=60), nullable=False),
    sa.Column('specification', sa.String(length=60), nullable=False),
    sa.Column('unit', sa.String(length=20), nullable=False),
    sa.Column('quantity', types.Milli(), nullable=False),
    sa.Column('amount', types.Fen(), nullable=False),
    sa.Column('short', types.Milli(), nullable=False),
    sa.Column('remark', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['form_id'], ['stock_form.id'], name=op.f('fk_stock_line_form_id')),
    sa.ForeignKeyConstraint(['item_id'], ['stock_item.id'], name=op.f('fk_stock_line_item_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_line')),
    sa.UniqueConstraint('form_id', 'position', name=op.f('uq_stock_line_form_id_position'))
    )
    op.create_index('ix_stock_line_item_id', 'stock_line', ['item_id'])
    op.create_table('stock_batch',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('posting_id', sa.Integer(), nullable=True),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('unit', sa.String(length=20), nullable=False),
    sa.Column('unit_price', types.UnitPrice(), nullable=False),
    sa.Column('supplier', sa.String(length=80), nullable=False),
    sa.Column('batch', sa.String(length=40), nullable=False),
    sa.Column('expires', sa.Date(), nullable=True),
    sa.Column('quantity', types.Milli(), nullable=False),
    sa.Column('worth', types.Fen(), nullable=False),
    sa.CheckConstraint('quantity >= 0', name=op.f('ck_stock_batch_not_below_zero')),
    sa.ForeignKeyConstraint(['item_id'], ['stock_item.id'], name=op.f('fk_stock_batch_item_id')),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_stock_batch_posting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_batch'))
    )
    op.create_index('ix_stock_batch_item_id_day', 'stock_batch', ['item_id', 'day'])
    op.create_index('ix_stock_batch_posting_id', 'stock_batch', ['posting_id'])
    op.create_index('ix_stock_batch_expires', 'stock_batch', ['expires'])
    op.create_table('stock_move',
    sa.Column('id', BIG, nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('form_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('quantity', types.Milli(), nullable=False),
    sa.Column('amount', types.Fen(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['stock_batch.id'], name=op.f('fk_stock_move_batch_id')),
    sa.ForeignKeyConstraint(['form_id'], ['stock_form.id'], name=op.f('fk_stock_move_form_id')),
    sa.ForeignKeyConstraint(['item_id'], ['stock_item.id'], name=op.f('fk_stock_move_item_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_move'))
    )
    op.create_index('ix_stock_move_item_id_day', 'stock_move', ['item_id', 'day'])
    op.create_index('ix_stock_move_batch_id', 'stock_move', ['batch_id'])
    op.create_index('ix_stock_move_form_id', 'stock_move', ['form_id'])
    op.create_index('ix_stock_move_day', 'stock_move', ['day'])
    op.create_table('stock_count',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sent', sa.String(length=64), nullable=False),
    sa.Column('canteen_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('begun_at', types.UtcDateTime(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('signed_at', types.UtcDateTime(), nullable=True),
    sa.Column('second_id', sa.Integer(), nullable=True),
    sa.Column('closed_at', types.UtcDateTime(), nullable=True),
    sa.Column('form_id', sa.Integer(), nullable=True),
    sa.Column('chain_seq', BIG, nullable=True),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_stock_count_canteen_id')),
    sa.ForeignKeyConstraint(['form_id'], ['stock_form.id'], name=op.f('fk_stock_count_form_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_stock_count_person_id')),
    sa.ForeignKeyConstraint(['second_id'], ['person.id'], name=op.f('fk_stock_count_second_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_count')),
    sa.UniqueConstraint('sent', name=op.f('uq_stock_count_sent'))
    )
    op.create_index('ix_stock_count_canteen_id', 'stock_count', ['canteen_id'])
    op.create_index('ix_stock_count_state', 'stock_count', ['state'])
    op.create_table('stock_count_line',
    sa.Column('id', BIG, nullable=False),
    sa.Column('count_id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('expected', types.Milli(), nullable=True),
    sa.Column('counted', types.Milli(), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['count_id'], ['stock_count.id'], name=op.f('fk_stock_count_line_count_id')),
    sa.ForeignKeyConstraint(['item_id'], ['stock_item.id'], name=op.f('fk_stock_count_line_item_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_count_line')),
    sa.UniqueConstraint('count_id', 'item_id', name=op.f('uq_stock_count_line_count_id_item_id'))
    )
    op.create_index('ix_stock_count_line_item_id', 'stock_count_line', ['item_id'])
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
    for table in ('stock_count_line', 'stock_count', 'stock_move', 'stock_batch', 'stock_line', 'stock_form', 'stock_item'):
        op.drop_table(table)
