"""persons

Who serves and who signs in are persons. The table is renamed, and keeps its ids, so that rosters and ratings
go on pointing at the same people; columns are added one by one, since making a table anew would lose what
protects it. An account gets the person of its name only where exactly one bears it who works here and no other account
does; otherwise a new one, and every namesake waits for the school's word.
"""

import sqlalchemy as sa
from alembic import op

from kiosk.core import db as types

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

KIND_OF = {'council': 'teacher', 'congress': 'teacher', 'admin': 'other'}


def upgrade() -> None:
    op.execute('ALTER TABLE staff_member RENAME TO person')
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('ALTER TABLE person RENAME CONSTRAINT pk_staff_member TO pk_person')
        op.execute('ALTER SEQUENCE staff_member_id_seq RENAME TO person_id_seq')
    op.add_column('person', sa.Column('kind', sa.String(length=10), server_default='staff', nullable=False))
    op.execute('ALTER TABLE person ADD COLUMN same_as_id INTEGER CONSTRAINT fk_person_same_as_id REFERENCES person (id)')
    op.create_table('namesake',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=False),
    sa.Column('same', sa.Boolean(), nullable=True),
    sa.Column('settled_by', sa.String(length=40), nullable=False),
    sa.Column('settled_at', types.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_namesake_person_id')),
    sa.ForeignKeyConstraint(['other_id'], ['person.id'], name=op.f('fk_namesake_other_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_namesake')),
    sa.UniqueConstraint('person_id', 'other_id', name=op.f('uq_namesake_person_id_other_id'))
    )
    op.execute('ALTER TABLE account ADD COLUMN person_id INTEGER CONSTRAINT fk_account_person_id REFERENCES person (id)')
    op.create_index('ix_account_person_id', 'account', ['person_id'])
    give_accounts_persons(op.get_bind())
    op.execute('ALTER TABLE account DROP COLUMN name')


def give_accounts_persons(bind: sa.Connection) -> None:
    """A person for every account; who may be whom is asked, not guessed."""
    person = sa.table('person', *map(sa.column, ('id', 'name', 'post', 'badge', 'active', 'kind')))
    account = sa.table('account', *map(sa.column, ('id', 'name', 'role', 'person_id')))
    pair = sa.table('namesake', *map(sa.column, ('person_id', 'other_id', 'settled_by')))
    accounts = bind.execute(sa.select(account).order_by(account.c.id)).all()
    known = {}
    for one in bind.execute(sa.select(person).order_by(person.c.id)):
        known.setdefault(plain(one.name), []).append(one)
    fellows = {}
    for one in accounts:
        candidates = known.get(plain(one.name), [])
        here = [other.id for other in candidates if other.active]
        accounts_so_called = sum(plain(other.name) == plain(one.name) for other in accounts)
        if len(here) == 1 and accounts_so_called == 1:
            number = here[0]
        else:
            number = bind.execute(sa.insert(person).values(
                name=one.name, post='', badge='', active=sa.true(), kind=KIND_OF.get(one.role, 'staff')
            ).returning(person.c.id)).scalar_one()
            others = [*(other.id for other in candidates), *fellows.get(plain(one.name), [])]
            for other in others:
                bind.execute(sa.insert(pair).values(person_id=number, other_id=other, settled_by=''))
            fellows.setdefault(plain(one.name), []).append(number)
        bind.execute(sa.update(account).where(account.c.id == one.id).values(person_id=number))


def plain(name: str) -> str:
    return ''.join(name.split())


def downgrade() -> None:
    """What was said of namesakes is lost; an account gets the name of its person."""
    op.add_column('account', sa.Column('name', sa.String(length=40), server_default='', nullable=False))
    op.execute('UPDATE account SET name = (SELECT name FROM person WHERE person.id = account.person_id)')
    op.drop_index('ix_account_person_id', 'account')
    op.execute('ALTER TABLE account DROP COLUMN person_id')
    op.drop_table('namesake')
    op.execute('ALTER TABLE person DROP COLUMN kind')
    op.execute('ALTER TABLE person DROP COLUMN same_as_id')
    op.execute('ALTER TABLE person RENAME TO staff_member')
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('ALTER TABLE staff_member RENAME CONSTRAINT pk_person TO pk_staff_member')
        op.execute('ALTER SEQUENCE person_id_seq RENAME TO staff_member_id_seq')
