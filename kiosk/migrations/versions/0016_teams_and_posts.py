"""teams and posts

Teams and posts by school year, who holds a post from when until when, and the post that is responsible for a
counter. Columns are added one by one, since making a table anew would lose what protects it.
"""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('person', sa.Column('employment', sa.String(length=10), server_default='', nullable=False))
    op.add_column('person', sa.Column('skills', sa.JSON(), server_default='[]', nullable=False))
    op.create_table('team',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('leader_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['leader_id'], ['person.id'], name=op.f('fk_team_leader_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_team')),
    sa.UniqueConstraint('year', 'name', name=op.f('uq_team_year_name'))
    )
    op.create_table('post',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=False),
    sa.Column('origin_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('duties', sa.JSON(), nullable=False),
    sa.Column('daily', sa.JSON(), nullable=False),
    sa.Column('stand_in_id', sa.Integer(), nullable=True),
    sa.Column('ended', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_post_team_id')),
    sa.ForeignKeyConstraint(['origin_id'], ['post.id'], name=op.f('fk_post_origin_id')),
    sa.ForeignKeyConstraint(['stand_in_id'], ['person.id'], name=op.f('fk_post_stand_in_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_post'))
    )
    op.create_table('holding',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_holding_post_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_holding_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_holding'))
    )
    for table, column in (
        ('post', 'team_id'), ('post', 'origin_id'), ('post', 'stand_in_id'), ('holding', 'post_id'), ('holding', 'person_id')
    ):
        op.create_index(f'ix_{table}_{column}', table, [column])
    op.execute('ALTER TABLE counter ADD COLUMN post_id INTEGER CONSTRAINT fk_counter_post_id REFERENCES post (id)')


def downgrade() -> None:
    op.execute('ALTER TABLE counter DROP COLUMN post_id')
    for table in ('holding', 'post', 'team'):
        op.drop_table(table)
    op.execute('ALTER TABLE person DROP COLUMN skills')
    op.execute('ALTER TABLE person DROP COLUMN employment')
