"""voices of raters in cases

Up to where ratings were looked at, so that cases follow them in order and are made up after a crash.
"""

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('voice_mark',
    sa.Column('name', sa.String(length=10), nullable=False),
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_voice_mark'))
    )


def downgrade() -> None:
    op.drop_table('voice_mark')
