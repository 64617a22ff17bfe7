"""which columns a bureau's forms have
"""

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('folder_form',
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('columns', sa.JSON(), nullable=False),
    sa.Column('changed_by', sa.String(length=40), nullable=False),
    sa.Column('changed_at', types.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('kind', name=op.f('pk_folder_form'))
    )


def downgrade() -> None:
    op.drop_table('folder_form')
