"""until when an asker is waited for"""

import sqlalchemy as sa
from alembic import op

revision = '0035'
down_revision = '0034'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('case', sa.Column('waits_until', sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column('case', 'waits_until')
