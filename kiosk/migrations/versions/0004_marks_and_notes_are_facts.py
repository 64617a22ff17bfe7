"""marks and notes are facts

A mark is added and never changed; of a note only the comment may be erased, together with its salt.
"""

from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

KEPT = ("id", "rating_seq", "counter_id", "reasons", "comment_hash", "staff_id", "added_at")
"""What an erasure leaves as it was."""

NEVER = {"rating_mark": "rating_mark rows are never changed", "rating_note": "a note's comment can be erased, nothing else"}


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _protect_postgresql()
    else:
        _protect_sqlite()


def _protect_sqlite() -> None:
    same = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in KEPT)
    for table, words in NEVER.items():
        words = words.replace("'", "''")
        erases = f"WHEN NOT ({same} AND NEW.comment = '' AND NEW.comment_salt IS NULL) " if table == "rating_note" else ""
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {erases}BEGIN SELECT RAISE(ABORT, '{words}'); END")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{words}'); END")


def _protect_postgresql() -> None:
    same = " AND ".join(f"NEW.{column}::text IS NOT DISTINCT FROM OLD.{column}::text" for column in KEPT)
    erases = f"WHEN (NOT ({same} AND NEW.comment = '' AND NEW.comment_salt IS NULL)) "
    for table, words in NEVER.items():
        refuse = "EXECUTE FUNCTION kiosk_refuse('{}')".format(words.replace("'", "''"))
        each = f"ON {table} FOR EACH ROW"
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE {each} {erases if table == 'rating_note' else ''}{refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE {each} {refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} {refuse}")


def downgrade() -> None:
    for table in NEVER:
        if op.get_bind().dialect.name == "postgresql":
            for verb in ("update", "delete", "truncate"):
                op.execute(f"DROP TRIGGER {table}_no_{verb} ON {table}")
        else:
            for verb in ("update", "delete"):
                op.execute(f"DROP TRIGGER {table}_no_{verb}")
