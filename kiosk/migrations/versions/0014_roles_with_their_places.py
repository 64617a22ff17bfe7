"""roles with their places

The one role of an account becomes a row of its own, for the whole school as before.
"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('account_role',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('canteen', sa.String(length=20), nullable=True),
    sa.Column('counter', sa.String(length=20), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_account_role_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_role'))
    )
    op.create_index('ix_account_role_account_id', 'account_role', ['account_id'])
    op.execute('INSERT INTO account_role (account_id, role) SELECT id, role FROM account WHERE active ORDER BY id')
    op.execute('ALTER TABLE account DROP COLUMN role')


def downgrade() -> None:
    """Of several roles the first comes back; one that was limited would reach too far, and is not given back."""
    op.add_column('account', sa.Column('role', sa.String(length=20), server_default='counter_staff', nullable=False))
    op.execute(
        'UPDATE account SET role = COALESCE((SELECT role FROM account_role WHERE account_role.id = '
        '(SELECT min(id) FROM account_role AS held WHERE held.account_id = account.id '
        "AND held.canteen IS NULL AND held.counter IS NULL)), 'counter_staff')"
    )
    op.drop_table('account_role')
