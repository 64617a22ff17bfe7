"""eating with pupils: leaders, the roster, what was entered, parents' days

Turns and entries are facts: never updated, never deleted; a later one takes its place.
"""

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0041'
down_revision = '0040'
branch_labels = None
depends_on = None

WORDS = 'a shared meal is followed by another, never changed'
FACTS = ('dining_turn', 'shared_meal')
BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('dining_leader',
    sa.Column('person_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('title', sa.String(length=20), nullable=False),
    sa.Column('weekdays', sa.JSON(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('added_at', types.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_dining_leader_person_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_dining_leader'))
    )
    op.create_table('dining_away',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('first', sa.Date(), nullable=False),
    sa.Column('last', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['dining_leader.person_id'], name=op.f('fk_dining_away_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dining_away'))
    )
    op.create_index('ix_dining_away_person_id', 'dining_away', ['person_id'])
    op.create_table('dining_turn',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('canteen_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('meal', sa.String(length=20), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('source', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.String(length=60), nullable=False),
    sa.Column('set_by', sa.String(length=40), nullable=False),
    sa.Column('set_at', types.UtcDateTime(), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_dining_turn_canteen_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_dining_turn_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dining_turn'))
    )
    op.create_index('ix_dining_turn_day_canteen_id_meal', 'dining_turn', ['day', 'canteen_id', 'meal'])
    op.create_index('ix_dining_turn_person_id', 'dining_turn', ['person_id'])
    op.create_table('dining_swap',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('turn_id', sa.Integer(), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=False),
    sa.Column('return_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=60), nullable=False),
    sa.Column('asked_by', sa.String(length=40), nullable=False),
    sa.Column('asked_at', types.UtcDateTime(), nullable=False),
    sa.Column('answer', sa.String(length=12), nullable=False),
    sa.Column('answered_by', sa.String(length=40), nullable=False),
    sa.Column('answered_at', types.UtcDateTime(), nullable=True),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['other_id'], ['person.id'], name=op.f('fk_dining_swap_other_id')),
    sa.ForeignKeyConstraint(['return_id'], ['dining_turn.id'], name=op.f('fk_dining_swap_return_id')),
    sa.ForeignKeyConstraint(['turn_id'], ['dining_turn.id'], name=op.f('fk_dining_swap_turn_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dining_swap'))
    )
    op.create_index('ix_dining_swap_other_id', 'dining_swap', ['other_id'])
    op.create_index('ix_dining_swap_turn_id', 'dining_swap', ['turn_id'])
    parents()
    op.create_table('shared_meal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sent', sa.String(length=64), nullable=False),
    sa.Column('canteen_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('meal', sa.String(length=20), nullable=False),
    sa.Column('role', sa.String(length=10), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('seat_id', sa.Integer(), nullable=True),
    *(sa.Column(name, sa.SmallInteger(), nullable=True) for name in ('looks', 'taste', 'portion', 'temperature', 'hygiene')),
    sa.Column('paid', types.Fen(), nullable=True),
    sa.Column('written_at', types.UtcDateTime(), nullable=False),
    sa.Column('written_by', sa.String(length=40), nullable=False),
    sa.Column('follows_id', sa.Integer(), nullable=True),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_shared_meal_canteen_id')),
    sa.ForeignKeyConstraint(['follows_id'], ['shared_meal.id'], name=op.f('fk_shared_meal_follows_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_shared_meal_person_id')),
    sa.ForeignKeyConstraint(['seat_id'], ['parents_seat.id'], name=op.f('fk_shared_meal_seat_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shared_meal')),
    sa.UniqueConstraint('chain_seq', name=op.f('uq_shared_meal_chain_seq')),
    sa.UniqueConstraint('follows_id', name=op.f('uq_shared_meal_follows_id')),
    sa.UniqueConstraint('sent', name=op.f('uq_shared_meal_sent'))
    )
    op.create_index('ix_shared_meal_day_canteen_id_meal', 'shared_meal', ['day', 'canteen_id', 'meal'])
    op.create_index('ix_shared_meal_person_id', 'shared_meal', ['person_id'])
    op.create_index('ix_shared_meal_seat_id', 'shared_meal', ['seat_id'])
    protect()


def parents() -> None:
    op.create_table('parents_day',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('canteen_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('meal', sa.String(length=20), nullable=False),
    sa.Column('places', sa.Integer(), nullable=False),
    sa.Column('price', types.Fen(), nullable=False),
    sa.Column('word', sa.String(length=20), nullable=False),
    sa.Column('invitation', sa.String(length=100), nullable=False),
    sa.Column('opened_by', sa.String(length=40), nullable=False),
    sa.Column('opened_at', types.UtcDateTime(), nullable=False),
    sa.Column('called_off_at', types.UtcDateTime(), nullable=True),
    sa.Column('called_off_because', sa.String(length=60), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_parents_day_canteen_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_parents_day'))
    )
    op.create_index('ix_parents_day_day', 'parents_day', ['day'])
    op.create_table('parents_seat',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('day_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('called', sa.String(length=20), nullable=False),
    sa.Column('key_hash', sa.String(length=64), nullable=False),
    sa.Column('registered_at', types.UtcDateTime(), nullable=False),
    sa.Column('cancelled_at', types.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['day_id'], ['parents_day.id'], name=op.f('fk_parents_seat_day_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_parents_seat')),
    sa.UniqueConstraint('day_id', 'number', name=op.f('uq_parents_seat_day_id_number')),
    sa.UniqueConstraint('key_hash', name=op.f('uq_parents_seat_key_hash'))
    )


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
    for table in ('shared_meal', 'parents_seat', 'parents_day', 'dining_swap', 'dining_turn', 'dining_away', 'dining_leader'):
        op.drop_table(table)
