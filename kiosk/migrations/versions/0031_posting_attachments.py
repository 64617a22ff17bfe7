"""attachments of drafts of postings
"""

import sqlalchemy as sa
from alembic import op

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('posting_draft', sa.Column('attachments', sa.JSON(), server_default='[]', nullable=False))


def downgrade() -> None:
    op.drop_column('posting_draft', 'attachments')
