"""seals of trees"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # not in batch mode: that would copy the table and lose the triggers that protect it
    op.add_column('seal', sa.Column('format', sa.Integer(), server_default='1', nullable=False))
    op.add_column('seal', sa.Column('leaves', sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column('seal', 'leaves')
    op.drop_column('seal', 'format')
