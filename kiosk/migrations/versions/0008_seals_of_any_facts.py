"""seals of any facts

A seal names its series, and only the range of the leading kind; the others stand in the chain, as they always did.
Columns are renamed and dropped one by one: making the table anew would lose the triggers that protect it.
"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

RENAMED = {"first_seq": "first", "last_seq": "last", "ratings": "count"}
DROPPED = ("first_note", "last_note")


def upgrade() -> None:
    op.add_column('seal', sa.Column('series', sa.String(length=20), server_default='ratings', nullable=False))
    op.drop_index('ix_seal_last_seq', 'seal')
    for old, new in RENAMED.items():
        op.execute(f'ALTER TABLE seal RENAME COLUMN {old} TO "{new}"')
    for name in DROPPED:
        op.execute(f'ALTER TABLE seal DROP COLUMN {name}')
    op.create_index('ix_seal_last', 'seal', ['last'])


def downgrade() -> None:
    """Of a school with seals the ranges of notes come back as 0: only the chain still has them."""
    op.drop_index('ix_seal_last', 'seal')
    for name in DROPPED:
        op.add_column('seal', sa.Column(name, sa.BigInteger(), server_default='0', nullable=False))
    for old, new in RENAMED.items():
        op.execute(f'ALTER TABLE seal RENAME COLUMN "{new}" TO {old}')
    op.create_index('ix_seal_last_seq', 'seal', ['last_seq'])
    op.drop_column('seal', 'series')
