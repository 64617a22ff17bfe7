"""checklists, what was filled in by them, and findings

All of them are facts: never updated, never deleted.
"""

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0036'
down_revision = '0035'
branch_labels = None
depends_on = None

WORDS = 'what was seen on the spot never changes'
FACTS = ('checklist', 'checklist_version', 'checked', 'checked_line', 'finding', 'finding_step')
BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('checklist',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('use', sa.String(length=20), nullable=False),
    sa.Column('subject', sa.String(length=80), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_checklist'))
    )
    op.create_index('ix_checklist_use', 'checklist', ['use'])
    op.create_table('checklist_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('checklist_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('lines', sa.JSON(), nullable=False),
    sa.Column('questions', sa.JSON(), nullable=False),
    sa.Column('stands', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(length=100), nullable=False),
    sa.Column('set_by', sa.String(length=40), nullable=False),
    sa.Column('set_at', types.UtcDateTime(), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['checklist_id'], ['checklist.id'], name=op.f('fk_checklist_version_checklist_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_checklist_version')),
    sa.UniqueConstraint('checklist_id', 'version', name=op.f('uq_checklist_version_checklist_id_version'))
    )
    op.create_table('checked',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('client_id', sa.Uuid(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('use', sa.String(length=20), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(length=80), nullable=False),
    sa.Column('canteen', sa.String(length=20), nullable=True),
    sa.Column('counter', sa.String(length=20), nullable=True),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('begun_at', types.UtcDateTime(), nullable=False),
    sa.Column('ended_at', types.UtcDateTime(), nullable=False),
    sa.Column('received_at', types.UtcDateTime(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_checked_person_id')),
    sa.ForeignKeyConstraint(['version_id'], ['checklist_version.id'], name=op.f('fk_checked_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_checked')),
    sa.UniqueConstraint('client_id', name=op.f('uq_checked_client_id'))
    )
    for columns in (['use', 'day'], ['version_id'], ['received_at'], ['person_id']):
        op.create_index(f"ix_checked_{'_'.join(columns)}", 'checked', columns)
    op.create_table('checked_line',
    sa.Column('id', BIG, nullable=False),
    sa.Column('checked_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('tenths', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['checked_id'], ['checked.id'], name=op.f('fk_checked_line_checked_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_checked_line')),
    sa.UniqueConstraint('checked_id', 'key', name=op.f('uq_checked_line_checked_id_key'))
    )
    op.create_table('finding',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('checked_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=20), nullable=False),
    sa.Column('subject', sa.String(length=80), nullable=False),
    sa.Column('found_at', types.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['checked_id'], ['checked.id'], name=op.f('fk_finding_checked_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finding')),
    sa.UniqueConstraint('checked_id', 'key', name=op.f('uq_finding_checked_id_key'))
    )
    op.create_index('ix_finding_subject', 'finding', ['subject'])
    op.create_table('finding_step',
    sa.Column('id', BIG, nullable=False),
    sa.Column('finding_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('verb', sa.String(length=8), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('checked_id', sa.Integer(), nullable=True),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_finding_step_case_id')),
    sa.ForeignKeyConstraint(['checked_id'], ['checked.id'], name=op.f('fk_finding_step_checked_id')),
    sa.ForeignKeyConstraint(['finding_id'], ['finding.id'], name=op.f('fk_finding_step_finding_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_finding_step_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finding_step')),
    sa.UniqueConstraint('finding_id', 'number', name=op.f('uq_finding_step_finding_id_number'))
    )
    for column in ('person_id', 'case_id'):
        op.create_index(f'ix_finding_step_{column}', 'finding_step', [column])
    protect()


def protect() -> None:
    for table in FACTS:
        if op.get_bind().dialect.name == 'postgresql':
            refuse = f"EXECUTE FUNCTION kiosk_refuse('{WORDS}')"
            op.execute(f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {refuse}")
            op.execute(f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} {refuse}")
            continue
        abort = f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
        for verb in ('update', 'delete'):
            op.execute(f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} {abort}")


def downgrade() -> None:
    for table in reversed(FACTS):
        op.drop_table(table)
