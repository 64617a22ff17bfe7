"""the same file twice

An import keeps the SHA-256 of its file, so that the same file is noticed when it comes again.
"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('purchase_import') as table:
        table.add_column(sa.Column('digest', sa.String(length=64), server_default='', nullable=False))
        table.create_index(op.f('ix_purchase_import_digest'), ['digest'])


def downgrade() -> None:
    with op.batch_alter_table('purchase_import') as table:
        table.drop_index(op.f('ix_purchase_import_digest'))
        table.drop_column('digest')
