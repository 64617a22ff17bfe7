"""postings with a post

The post that answers for a kind of posting, drafts that say that there is nothing to post, and files that were
read for a posting.
"""

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('posting_draft', sa.Column('is_nothing', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table('posting_duty',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('canteen_id', sa.Integer(), nullable=True),
    sa.Column('counter_id', sa.Integer(), nullable=True),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_posting_duty_canteen_id')),
    sa.ForeignKeyConstraint(['counter_id'], ['counter.id'], name=op.f('fk_posting_duty_counter_id')),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_posting_duty_post_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posting_duty'))
    )
    op.create_index('ix_posting_duty_kind', 'posting_duty', ['kind'])
    op.create_table('posting_import',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('canteen_id', sa.Integer(), nullable=True),
    sa.Column('counter_id', sa.Integer(), nullable=True),
    sa.Column('period', sa.String(length=20), nullable=False),
    sa.Column('file_name', sa.String(length=120), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('read', sa.JSON(), nullable=False),
    sa.Column('posting_id', sa.Integer(), nullable=True),
    sa.Column('created_by', sa.String(length=40), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=False),
    sa.Column('confirmed_at', types.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_posting_import_canteen_id')),
    sa.ForeignKeyConstraint(['counter_id'], ['counter.id'], name=op.f('fk_posting_import_counter_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posting_import'))
    )
    op.create_index('ix_posting_import_digest', 'posting_import', ['digest'])


def downgrade() -> None:
    op.drop_table('posting_import')
    op.drop_table('posting_duty')
    with op.batch_alter_table('posting_draft') as batch:
        batch.drop_column('is_nothing')
