"""attachments

A row never changes; it goes when the text it came with is erased.
"""

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None

KEPT = "an attachment never changes"
FIXED = ('id', 'subject', 'of_seq', 'text_hash', 'digest', 'media_type', 'size', 'kept_at')
BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('attachment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(length=80), nullable=False),
    sa.Column('of_seq', BIG, nullable=False),
    sa.Column('text_hash', sa.String(length=64), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('media_type', sa.String(length=60), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('kept_at', types.UtcDateTime(), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachment')),
    sqlite_autoincrement=True,
    )
    for column in ('subject', 'of_seq', 'text_hash', 'digest', 'kept_at'):
        op.create_index(f'ix_attachment_{column}', 'attachment', [column])
    columns = ", ".join(FIXED)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER attachment_no_update BEFORE UPDATE OF {columns} ON attachment "
            f"BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
        )
    else:
        op.execute(
            f"CREATE TRIGGER attachment_no_update BEFORE UPDATE OF {columns} ON attachment "
            f"FOR EACH ROW EXECUTE FUNCTION kiosk_refuse('{KEPT}')"
        )


def downgrade() -> None:
    op.drop_table('attachment')
