"""titles tell postings apart: what is searched is made anew"""

from alembic import op

revision = '0037'
down_revision = '0036'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute('DELETE FROM search_entry')


def downgrade() -> None:
    op.execute('DELETE FROM search_entry')
