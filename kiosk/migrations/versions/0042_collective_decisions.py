"""decisions from minutes, stand-ins named for others

Who entered a decision from the minutes of a meeting, and who named a stand-in for somebody else. Neither
changes later.
"""

from alembic import op

revision = '0042'
down_revision = '0041'
branch_labels = None
depends_on = None

KEPT = ('id', 'person_id', 'stand_in_id', 'first', 'last', 'made_at')


def upgrade() -> None:
    for table, column in (('approval_decision', 'minuted_by_id'), ('delegation', 'named_by_id')):
        name = f'fk_{table}_{column}'
        op.execute(f'ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT {name} REFERENCES person (id)')
    _protect(('named_by_id', *KEPT))


def downgrade() -> None:
    """Who entered it, and who named whom, is lost from the tables; the record keeps it."""
    _protect(KEPT)
    for table, column in (('approval_decision', 'minuted_by_id'), ('delegation', 'named_by_id')):
        op.execute(f'ALTER TABLE {table} DROP COLUMN {column}')


def _protect(columns: tuple[str, ...]) -> None:
    """Of a delegation only an early end is added, once."""
    is_sqlite = op.get_bind().dialect.name == 'sqlite'
    same = 'IS' if is_sqlite else 'IS NOT DISTINCT FROM'
    kept = ' AND '.join(f'NEW."{column}" {same} OLD."{column}"' for column in columns)
    condition = f'NOT ({kept} AND OLD.ended_at IS NULL)'
    words = 'what a row of delegation began with is never changed'
    begin = 'CREATE TRIGGER delegation_no_update BEFORE UPDATE ON delegation'
    if is_sqlite:
        op.execute('DROP TRIGGER IF EXISTS delegation_no_update')
        op.execute(f"{begin} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{words}'); END")
    else:
        op.execute('DROP TRIGGER IF EXISTS delegation_no_update ON delegation')
        op.execute(f"{begin} FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION kiosk_refuse('{words}')")
