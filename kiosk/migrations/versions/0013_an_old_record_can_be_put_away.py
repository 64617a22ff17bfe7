"""an old record can be put away

An entry of an earlier version may lose its names and texts: its body becomes one of the format "abridged", its hash stays.
"""

from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

KEPT = ("seq", "at", "action", "hash")
WORDS = "chain_entry rows are never changed"
ABRIDGED = "NEW.body LIKE '%\"format\":\"abridged\"%' AND NEW.actor IN ('', OLD.actor)"
ERASED = "NEW.body = OLD.body AND NEW.subject = OLD.subject AND NEW.actor = ''"


def upgrade() -> None:
    _allow(f"(({ERASED}) OR ({ABRIDGED}))")


def downgrade() -> None:
    _allow(ERASED)


def _allow(change) -> None:
    if op.get_bind().dialect.name == "sqlite":
        same = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in KEPT)
        op.execute("DROP TRIGGER IF EXISTS chain_entry_no_update")
        op.execute(f"CREATE TRIGGER chain_entry_no_update BEFORE UPDATE ON chain_entry WHEN NOT ({same} AND {change}) "
                   f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END")
        return
    same = " AND ".join(f"NEW.{column} IS NOT DISTINCT FROM OLD.{column}" for column in KEPT)
    op.execute("DROP TRIGGER IF EXISTS chain_entry_no_update ON chain_entry")
    op.execute(f"CREATE TRIGGER chain_entry_no_update BEFORE UPDATE ON chain_entry FOR EACH ROW "
               f"WHEN (NOT ({same} AND {change})) EXECUTE FUNCTION kiosk_refuse('{WORDS}')")
