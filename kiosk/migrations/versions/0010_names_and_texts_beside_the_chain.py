"""names and texts beside the chain

New entries hold hashes; the texts lie in a table of their own and can be erased, and nothing else of them changes.
What was chained before stays as it is: no row is touched. Ratings whose comment was erased are remembered.
"""

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

ENTRY = ("seq", "at", "action", "subject", "body", "hash")
"""What of an entry never changes; of its actor only the name may go."""
TEXT = ("hash", "seq")


def upgrade() -> None:
    op.create_table('chain_text',
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('salt', sa.LargeBinary(length=16), nullable=True),
    sa.Column('text', sa.Text(), nullable=True),
    sa.Column('erased_at', types.UtcDateTime(), nullable=True),
    sa.Column('erased_in', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.PrimaryKeyConstraint('hash', name=op.f('pk_chain_text'))
    )
    op.create_index('ix_chain_text_seq', 'chain_text', ['seq'])
    op.create_index('ix_chain_text_erased_in', 'chain_text', ['erased_in'])
    op.create_table('erased_comment',
    sa.Column('rating_id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('rating_id', name=op.f('pk_erased_comment'))
    )
    if op.get_bind().dialect.name == "sqlite":
        _protect_sqlite()
    else:
        _protect_postgresql()


def _protect_sqlite() -> None:
    op.execute("DROP TRIGGER IF EXISTS chain_entry_no_update")
    _sqlite("chain_entry", f"NOT ({_same(ENTRY, 'IS')} AND NEW.actor = '')", "chain_entry rows are never changed")
    _sqlite("chain_text", f"NOT ({_same(TEXT, 'IS')} AND {ERASES})", "a text of the record can be erased, nothing else")
    op.execute("CREATE TRIGGER chain_text_no_delete BEFORE DELETE ON chain_text "
               "BEGIN SELECT RAISE(ABORT, 'a text of the record can be erased, nothing else'); END")


ERASES = "NEW.salt IS NULL AND NEW.text IS NULL AND NEW.erased_at IS NOT NULL AND (OLD.erased_in IS NULL OR OLD.erased_in = NEW.erased_in)"


def _same(columns, word) -> str:
    return " AND ".join(f"NEW.{column} {word} OLD.{column}" for column in columns)


def _sqlite(table, condition, words) -> None:
    op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{words}'); END")


def _protect_postgresql() -> None:
    op.execute("DROP TRIGGER IF EXISTS chain_entry_no_change ON chain_entry")
    same = "IS NOT DISTINCT FROM"
    for table, condition, words in (
        ("chain_entry", f"NOT ({_same(ENTRY, same)} AND NEW.actor = '')", "chain_entry rows are never changed"),
        ("chain_text", f"NOT ({_same(TEXT, same)} AND {ERASES})", "a text of the record can be erased, nothing else"),
    ):
        refuse = f"EXECUTE FUNCTION kiosk_refuse('{words}')"
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({condition}) {refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW {refuse}")
    op.execute("CREATE TRIGGER chain_text_no_truncate BEFORE TRUNCATE ON chain_text "
               "EXECUTE FUNCTION kiosk_refuse('a text of the record can be erased, nothing else')")


def downgrade() -> None:
    """Version 0.2.0 reads what it wrote itself; entries made since then it takes for altered."""
    op.drop_table('erased_comment')
    op.drop_table('chain_text')
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER IF EXISTS chain_entry_no_update")
        op.execute("CREATE TRIGGER chain_entry_no_update BEFORE UPDATE ON chain_entry "
                   "BEGIN SELECT RAISE(ABORT, 'chain_entry rows are never changed'); END")
    else:
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER IF EXISTS chain_entry_no_{verb} ON chain_entry")
        op.execute("CREATE TRIGGER chain_entry_no_change BEFORE UPDATE OR DELETE ON chain_entry "
                   "FOR EACH ROW EXECUTE FUNCTION kiosk_refuse('chain_entry rows are never changed')")
