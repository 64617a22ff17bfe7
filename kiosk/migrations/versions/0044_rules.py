"""rules of procedure

What was published, said, answered and voted on never changes: its rows are facts. Only what happened to a text
afterwards is added beside it.
"""

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0044'
down_revision = '0043'
branch_labels = None
depends_on = None

WORDS = 'what was published or said about a rule never changes'
FACTS = ('rule_opinion', 'rule_answer', 'rule_vote_member')
FIXED = {
    'rule_version': ('rule_id', 'number', 'title', 'content', 'hash', 'why', 'published_at', 'published_by', 'chain_seq'),
    'rule_vote': ('version_id', 'held_on', 'hash', 'members', 'in_favour', 'against', 'abstained', 'passed', 'quorum',
                  'recorded_by', 'recorded_at', 'chain_seq'),
}
BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
TABLES = ('rule_citation', 'rule_vote_member', 'rule_vote', 'rule_answer', 'rule_opinion', 'rule_voice', 'rule_window',
          'rule_version', 'rule_draft', 'rule')


def upgrade() -> None:
    op.create_table('rule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=60), nullable=False),
    sa.Column('team', sa.String(length=40), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.String(length=40), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rule')),
    sa.UniqueConstraint('slug', name=op.f('uq_rule_slug'))
    )
    op.create_table('rule_draft',
    sa.Column('rule_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('title', sa.String(length=60), nullable=False),
    sa.Column('items', sa.JSON(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('changed_at', types.UtcDateTime(), nullable=False),
    sa.Column('changed_by', sa.String(length=40), nullable=False),
    sa.Column('changed_name', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['rule_id'], ['rule.id'], name=op.f('fk_rule_draft_rule_id')),
    sa.PrimaryKeyConstraint('rule_id', name=op.f('pk_rule_draft'))
    )
    op.create_table('rule_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('rule_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=60), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('published_at', types.UtcDateTime(), nullable=False),
    sa.Column('published_by', sa.String(length=40), nullable=False),
    sa.Column('consult_from', sa.Date(), nullable=True),
    sa.Column('consult_until', sa.Date(), nullable=True),
    sa.Column('frozen_on', sa.Date(), nullable=True),
    sa.Column('approved_on', sa.Date(), nullable=True),
    sa.Column('since', sa.Date(), nullable=True),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('ended_how', sa.String(length=10), nullable=False),
    sa.Column('ended_why', sa.String(length=200), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['rule_id'], ['rule.id'], name=op.f('fk_rule_version_rule_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rule_version')),
    sa.UniqueConstraint('rule_id', 'number', name=op.f('uq_rule_version_rule_id_number'))
    )
    op.create_table('rule_window',
    sa.Column('rule_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('key', sa.LargeBinary(length=32), nullable=False),
    sa.Column('opened_at', types.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['rule_id'], ['rule.id'], name=op.f('fk_rule_window_rule_id')),
    sa.PrimaryKeyConstraint('rule_id', name=op.f('pk_rule_window'))
    )
    op.create_table('rule_voice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('rule_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('mark', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['rule_id'], ['rule.id'], name=op.f('fk_rule_voice_rule_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rule_voice')),
    sa.UniqueConstraint('rule_id', 'mark', name=op.f('uq_rule_voice_rule_id_mark')),
    sa.UniqueConstraint('rule_id', 'number', name=op.f('uq_rule_voice_rule_id_number'))
    )
    op.create_table('rule_opinion',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('rule_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('article', sa.String(length=12), nullable=False),
    sa.Column('voice', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(length=10), nullable=False),
    sa.Column('given_at', types.UtcDateTime(), nullable=False),
    sa.Column('words', sa.String(length=64), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['rule_id'], ['rule.id'], name=op.f('fk_rule_opinion_rule_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rule_opinion')),
    sa.UniqueConstraint('rule_id', 'number', name=op.f('uq_rule_opinion_rule_id_number')),
    sa.UniqueConstraint('rule_id', 'words', name=op.f('uq_rule_opinion_rule_id_words'))
    )
    op.create_index('ix_rule_opinion_rule_id_article', 'rule_opinion', ['rule_id', 'article'])
    op.create_table('rule_answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('opinion_id', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(length=10), nullable=False),
    sa.Column('articles', sa.JSON(), nullable=False),
    sa.Column('answered_at', types.UtcDateTime(), nullable=False),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['opinion_id'], ['rule_opinion.id'], name=op.f('fk_rule_answer_opinion_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rule_answer'))
    )
    op.create_index('ix_rule_answer_opinion_id', 'rule_answer', ['opinion_id'])
    op.create_table('rule_vote',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('held_on', sa.Date(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('members', sa.Integer(), nullable=False),
    sa.Column('in_favour', sa.Integer(), nullable=False),
    sa.Column('against', sa.Integer(), nullable=False),
    sa.Column('abstained', sa.Integer(), nullable=False),
    sa.Column('passed', sa.Boolean(), nullable=False),
    sa.Column('quorum', sa.Integer(), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=False),
    sa.Column('recorded_at', types.UtcDateTime(), nullable=False),
    sa.Column('confirmed_by', sa.Integer(), nullable=True),
    sa.Column('confirmed_at', types.UtcDateTime(), nullable=True),
    sa.Column('dropped_at', types.UtcDateTime(), nullable=True),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['confirmed_by'], ['person.id'], name=op.f('fk_rule_vote_confirmed_by')),
    sa.ForeignKeyConstraint(['recorded_by'], ['person.id'], name=op.f('fk_rule_vote_recorded_by')),
    sa.ForeignKeyConstraint(['version_id'], ['rule_version.id'], name=op.f('fk_rule_vote_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rule_vote'))
    )
    op.create_index('ix_rule_vote_version_id', 'rule_vote', ['version_id'])
    op.create_table('rule_vote_member',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('vote_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('present', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_rule_vote_member_person_id')),
    sa.ForeignKeyConstraint(['vote_id'], ['rule_vote.id'], name=op.f('fk_rule_vote_member_vote_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rule_vote_member')),
    sa.UniqueConstraint('vote_id', 'person_id', name=op.f('uq_rule_vote_member_vote_id_person_id'))
    )
    op.create_table('rule_citation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(length=40), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('article', sa.String(length=12), nullable=False),
    sa.Column('cited_at', types.UtcDateTime(), nullable=False),
    sa.Column('removed_at', types.UtcDateTime(), nullable=True),
    sa.Column('chain_seq', BIG, nullable=False),
    sa.ForeignKeyConstraint(['version_id'], ['rule_version.id'], name=op.f('fk_rule_citation_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rule_citation'))
    )
    op.create_index('ix_rule_citation_subject', 'rule_citation', ['subject'])
    protect()


def protect() -> None:
    guards = [(table, 'UPDATE OR DELETE', ('update', 'delete')) for table in FACTS]
    for table, columns in FIXED.items():
        guards.append((table, f"DELETE OR UPDATE OF {', '.join(columns)}", (f"update of {', '.join(columns)}", 'delete')))
    for table, events, verbs in guards:
        if op.get_bind().dialect.name == 'postgresql':
            refuse = f"EXECUTE FUNCTION kiosk_refuse('{WORDS}')"
            op.execute(f"CREATE TRIGGER {table}_no_change BEFORE {events} ON {table} FOR EACH ROW {refuse}")
            op.execute(f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} {refuse}")
            continue
        abort = f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
        for verb in verbs:
            op.execute(f"CREATE TRIGGER {table}_no_{verb.split()[0]} BEFORE {verb.upper()} ON {table} {abort}")


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
