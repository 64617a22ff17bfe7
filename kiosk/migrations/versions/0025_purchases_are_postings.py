"""purchases are postings

Each sheet becomes a posting of the kind `purchases`, each posted version one of its versions with the time and
the entry of the record that it has; drafts become drafts. Numbers are kept unless a posting has one of them
already; then `earlier_sheet` says which number a sheet had. Lines and printed names hang on the versions of
postings; `sheet` keeps what is in force, by canteen and day.

The entries of the record stay as they are: they tell the content of these versions and not its hash.
"""

import hashlib
import json
from collections import defaultdict
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from kiosk.core import db as types

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
PARTS = ('purchaser', 'custodian', 'receiver1', 'receiver2')
COLUMNS = (
    *('item', 'specification', 'unit', 'quantity', 'unit_price', 'amount', 'supplier'),
    *('item_class', 'batch', 'shelf_life', 'remark'),
)
NEVER = 'what is posted never changes'
IN_FORCE = (
    'EXISTS (SELECT 1 FROM posting_version v LEFT JOIN sheet s ON s.id = v.posting_id '
    'LEFT JOIN posting_withdrawal w ON w.posting_id = v.posting_id '
    'WHERE v.id = NEW.version_id AND (s.version_id >= v.id OR w.posting_id IS NOT NULL))'
)
"""Whether a version is posted whole: then nothing is added to it."""
SAID = 'OLD.person_id IS NOT NULL OR NEW.person_id IS NULL OR NEW.name <> OLD.name OR NEW.part <> OLD.part OR NEW.version_id <> OLD.version_id'


def upgrade() -> None:
    bind = op.get_bind()
    old = tables(bind, 'sheet', 'sheet_version', 'sheet_person', 'line', 'canteen')
    first, first_version = (highest(bind, name) for name in ('posting', 'posting_version'))
    people = persons_of(bind, old['sheet_person'])
    moved = move(bind, old, people, first, first_version)
    drop_triggers(bind, 'line', 'sheet_person', 'sheet_version')
    hang_lines_on('posting_version', first_version)
    op.drop_table('sheet_person')
    op.drop_table('sheet_version')
    op.drop_table('sheet')
    create_tables()
    new = tables(bind, 'sheet', 'sheet_person', 'earlier_sheet')
    for name, rows in moved.items():
        if rows:
            bind.execute(new[name].insert(), rows)
    made_by_imports(bind, first)
    count_on(bind, 'posting', 'posting_version')
    protect(bind)


def tables(bind, *names):
    return {name: sa.Table(name, sa.MetaData(), autoload_with=bind, resolve_fks=False) for name in names}


def highest(bind, name):
    """The highest number there is: what is moved is numbered after it, so that a number is kept where there is none."""
    return bind.scalar(sa.text(f'SELECT max(id) FROM {name}')) or 0  # noqa: S608


def persons_of(bind, table):
    found = defaultdict(dict)
    for version_id, part, person_id in bind.execute(sa.select(table.c.version_id, table.c.part, table.c.person_id)):
        found[version_id][part] = person_id
    return found


def move(bind, old, people, first, first_version):
    """Postings, versions and drafts of all sheets; gives the rows of the tables that stand beside them."""
    new = tables(bind, 'posting', 'posting_version', 'posting_draft')
    codes = dict(bind.execute(sa.select(old['canteen'].c.id, old['canteen'].c.code)).all())
    names = dict(bind.execute(sa.text('SELECT username, person.name FROM account JOIN person ON person.id = person_id')).all())
    versions, lines = defaultdict(list), defaultdict(list)
    for row in bind.execute(sa.select(old['sheet_version']).order_by(old['sheet_version'].c.id)).mappings():
        versions[row['sheet_id']].append(row)
    for row in bind.execute(sa.select(old['line']).order_by(old['line'].c.position)).mappings():
        lines[row['version_id']].append(row)
    moved = {'sheet': [], 'sheet_person': [], 'earlier_sheet': []}
    for sheet in bind.execute(sa.select(old['sheet']).order_by(old['sheet'].c.id)).mappings():
        number = sheet['id'] + first
        place = {'kind': 'purchases', 'canteen_id': sheet['canteen_id'], 'period': sheet['day'].isoformat()}
        bind.execute(new['posting'].insert().values(id=number, created_at=sheet['created_at'], **place))
        if first:
            moved['earlier_sheet'].append({'id': sheet['id'], 'posting_id': number})
        for version in versions[sheet['id']]:
            if version['posted_at'] is None:
                bind.execute(new['posting_draft'].insert().values(posting_id=number, **draft_of(sheet, version, names)))
                continue
            said = content_of(sheet, version, codes, names, people[version['id']], lines[version['id']])
            text = canonical(said)
            bind.execute(
                new['posting_version'].insert().values(
                    id=version['id'] + first_version,
                    posting_id=number,
                    content=text,
                    hash=hashlib.sha256(text.encode()).hexdigest(),
                    hangs_until=sheet['day'],
                    **{name: version[name] for name in ('version', 'posted_by', 'posted_at', 'chain_seq')},
                )
            )
            for part in PARTS if not version['nothing_bought'] else ():
                if version[part]:
                    printed = {'name': version[part], 'person_id': people[version['id']].get(part)}
                    moved['sheet_person'].append({'version_id': version['id'] + first_version, 'part': part, **printed})
            if version['id'] == sheet['posted_version_id']:
                facts = {name: version[name] for name in ('total', 'nothing_bought')}
                facts |= {name: sheet[name] for name in ('canteen_id', 'day', 'number')}
                moved['sheet'].append({'id': number, 'version_id': version['id'] + first_version, **facts})
    return moved


def draft_of(sheet, version, names):
    return {
        'fields': {'number': sheet['number'], **{part: version[part] for part in PARTS}},
        'rows': version['draft'] or [],
        'is_nothing': False,
        'reason': version['reason'],
        'revision': version['revision'],
        'writers': [],
        'changed_by': version['drafted_by'],
        'changed_name': names.get(version['drafted_by'], version['drafted_by']),
        'changed_at': version['changed_at'],
        'proposed': None,
    }


def content_of(sheet, version, codes, names, people, lines):
    """Everything public of a version, as it would be posted now."""
    moment = version['posted_at']
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    persons = {
        part: {'person': people.get(part), 'name': version[part]} if version[part] else None for part in PARTS
    }
    content = {
        'kind': 'purchases',
        'canteen': codes[sheet['canteen_id']],
        'period': sheet['day'].isoformat(),
        'version': version['version'],
        'reason': version['reason'],
        'posted_at': moment.isoformat(),
        'hangs_until': sheet['day'].isoformat(),
        'by': [names.get(name, name) for name in (version['drafted_by'], version['posted_by'])],
        'fields': {'number': sheet['number'], **persons, 'total': version['total']},
        'rows': [{name: line[name] for name in COLUMNS} for line in lines],
        'taken_over': True,
    }
    return content | ({'nothing': True} if version['nothing_bought'] else {})


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(',', ':'))


def hang_lines_on(table, offset):
    """Let the lines point to versions in another table, whose numbers are larger by so much."""
    with op.batch_alter_table('line') as batch_op:
        batch_op.drop_constraint('fk_line_version_id', type_='foreignkey')
        batch_op.alter_column('version_id', type_=BIG if table == 'posting_version' else sa.Integer())
    if offset:
        op.execute(f'UPDATE line SET version_id = version_id + {int(offset)}')  # noqa: S608
    with op.batch_alter_table('line') as batch_op:
        batch_op.create_foreign_key('fk_line_version_id', table, ['version_id'], ['id'])


def create_tables() -> None:
    op.create_table('sheet',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('version_id', BIG, nullable=False),
    sa.Column('canteen_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('total', types.Fen(), nullable=False),
    sa.Column('nothing_bought', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_sheet_canteen_id')),
    sa.ForeignKeyConstraint(['id'], ['posting.id'], name=op.f('fk_sheet_id')),
    sa.ForeignKeyConstraint(['version_id'], ['posting_version.id'], name=op.f('fk_sheet_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sheet'))
    )
    op.create_index('ix_sheet_canteen_id_day', 'sheet', ['canteen_id', 'day'])
    op.create_index('ix_sheet_day', 'sheet', ['day'])
    op.create_index('ix_sheet_version_id', 'sheet', ['version_id'])
    op.create_table('earlier_sheet',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('posting_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_earlier_sheet_posting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_earlier_sheet')),
    sa.UniqueConstraint('posting_id', name=op.f('uq_earlier_sheet_posting_id'))
    )
    op.create_table('sheet_person',
    sa.Column('version_id', BIG, autoincrement=False, nullable=False),
    sa.Column('part', sa.String(length=10), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_sheet_person_person_id')),
    sa.ForeignKeyConstraint(['version_id'], ['posting_version.id'], name=op.f('fk_sheet_person_version_id')),
    sa.PrimaryKeyConstraint('version_id', 'part', name=op.f('pk_sheet_person'))
    )
    op.create_index('ix_sheet_person_person_id', 'sheet_person', ['person_id'])


def made_by_imports(bind, offset) -> None:
    """Which sheets an import made, by their numbers as postings."""
    if not offset:
        return
    table = tables(bind, 'purchase_import')['purchase_import']
    for number, preview in bind.execute(sa.select(table.c.id, table.c.preview)).all():
        if preview.get('made'):
            made = {**preview, 'made': [one + offset for one in preview['made']]}
            bind.execute(table.update().where(table.c.id == number).values(preview=made))


def count_on(bind, *names) -> None:
    """Let PostgreSQL's counters go on from the highest number; SQLite's do so by themselves."""
    for name in names if bind.dialect.name == 'postgresql' else ():
        query = f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), coalesce(max(id), 0) + 1, false) FROM {name}"
        bind.execute(sa.text(query))


def drop_triggers(bind, *names) -> None:
    if bind.dialect.name == 'sqlite':
        query = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = (
            'SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid '
            'WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace'
        )
    for trigger, table in bind.execute(sa.text(query)).all():
        if table in names:
            op.execute(f'DROP TRIGGER {trigger}' + ('' if bind.dialect.name == 'sqlite' else f' ON {table}'))


def protect(bind) -> None:
    """Lines and names of what is posted stay; whose a name is may be said once, where nobody knew it."""
    if bind.dialect.name == 'sqlite':
        refuse = f"BEGIN SELECT RAISE(ABORT, '{NEVER}'); END"
        for table in ('line', 'sheet_person'):
            op.execute(f'CREATE TRIGGER {table}_no_insert BEFORE INSERT ON {table} WHEN {IN_FORCE} {refuse}')
            op.execute(f'CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}')
        op.execute(f'CREATE TRIGGER line_no_update BEFORE UPDATE ON line {refuse}')
        op.execute(f'CREATE TRIGGER sheet_person_no_update BEFORE UPDATE ON sheet_person WHEN {SAID} {refuse}')
        return
    op.execute('DROP FUNCTION kiosk_refuse_posted_line()')
    op.execute(
        'CREATE FUNCTION kiosk_refuse_more() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN '
        f'IF {IN_FORCE} THEN RAISE EXCEPTION USING '
        "ERRCODE = 'integrity_constraint_violation', MESSAGE = TG_ARGV[0]; END IF; RETURN NEW; END $$"
    )
    refuse = f"EXECUTE FUNCTION kiosk_refuse('{NEVER}')"
    for table in ('line', 'sheet_person'):
        op.execute(
            f'CREATE TRIGGER {table}_no_insert BEFORE INSERT ON {table} FOR EACH ROW '
            f"EXECUTE FUNCTION kiosk_refuse_more('{NEVER}')"
        )
        op.execute(f'CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW {refuse}')
        op.execute(f'CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} {refuse}')
    op.execute(f'CREATE TRIGGER line_no_update BEFORE UPDATE ON line FOR EACH ROW {refuse}')
    op.execute(f'CREATE TRIGGER sheet_person_no_update BEFORE UPDATE ON sheet_person FOR EACH ROW WHEN ({SAID}) {refuse}')


def downgrade() -> None:
    bind = op.get_bind()
    now = tables(bind, 'sheet', 'sheet_person', 'earlier_sheet', 'posting', 'posting_version', 'posting_draft')
    back = take_back(bind, now)
    drop_triggers(bind, 'line', 'sheet_person', 'posting_version', 'posting')
    for name in ('sheet_person', 'earlier_sheet', 'sheet'):
        op.drop_table(name)
    create_earlier_tables()
    old = tables(bind, 'sheet', 'sheet_version', 'sheet_person')
    for name in ('sheet', 'sheet_version'):
        if back[name]:
            bind.execute(old[name].insert(), back[name])
    hang_lines_on('sheet_version', 0)
    if back['sheet_person']:
        bind.execute(old['sheet_person'].insert(), back['sheet_person'])
    for name in ('posting_draft', 'posting_version', 'posting_withdrawal'):
        op.execute(f"DELETE FROM {name} WHERE posting_id IN (SELECT id FROM posting WHERE kind = 'purchases')")  # noqa: S608
    op.execute("DELETE FROM posting WHERE kind = 'purchases'")
    protect_as_before(bind)
    count_on(bind, 'sheet', 'sheet_version')


def take_back(bind, now):
    """Sheets, versions and persons as they were, drafts among the versions."""
    posting, draft = now['posting'], now['posting_draft']
    mine = posting.c.kind == 'purchases'
    numbers = {row.posting_id: row.id for row in bind.execute(sa.select(now['earlier_sheet']))}
    in_force = {row.id: row.version_id for row in bind.execute(sa.select(now['sheet']))}
    back = {'sheet': [], 'sheet_version': [], 'sheet_person': []}
    said, last, highest_id = {}, {}, highest(bind, 'posting_version')
    query = sa.select(now['posting_version']).join(posting, posting.c.id == now['posting_version'].c.posting_id)
    for row in bind.execute(query.where(mine).order_by(now['posting_version'].c.version)).mappings():
        content = json.loads(row['content'])
        said[row['posting_id']], last[row['posting_id']] = content['fields']['number'], row['version']
        back['sheet_version'].append(version_of(row, content, numbers))
    query = sa.select(draft).join(posting, posting.c.id == draft.c.posting_id).where(mine)
    for place, row in enumerate(bind.execute(query).mappings(), 1):
        said.setdefault(row['posting_id'], row['fields'].get('number', ''))
        back['sheet_version'].append(drafted(row, highest_id + place, last.get(row['posting_id'], 0) + 1, numbers))
    for row in bind.execute(sa.select(posting).where(mine)).mappings():
        number = numbers.get(row['id'], row['id'])
        sheet = {'id': number, 'canteen_id': row['canteen_id'], 'created_at': row['created_at']}
        sheet |= {'day': datetime.fromisoformat(row['period']).date(), 'number': said.get(row['id'], '')}
        back['sheet'].append({**sheet, 'posted_version_id': in_force.get(row['id'])})
    for row in bind.execute(sa.select(now['sheet_person']).where(now['sheet_person'].c.person_id.is_not(None))).mappings():
        back['sheet_person'].append({name: row[name] for name in ('version_id', 'part', 'person_id')})
    return back


def version_of(row, content, numbers):
    fields = content['fields']
    return {
        'id': row['id'],
        'sheet_id': numbers.get(row['posting_id'], row['posting_id']),
        'nothing_bought': bool(content.get('nothing')),
        **{part: fields[part]['name'] if fields[part] else '' for part in PARTS},
        'reason': content['reason'],
        'total': fields['total'],
        'draft': None,
        'revision': 0,
        'drafted_by': row['posted_by'],
        'changed_at': row['posted_at'],
        **{name: row[name] for name in ('version', 'posted_by', 'posted_at', 'chain_seq')},
    }


def drafted(row, number, version, numbers):
    return {
        'id': number,
        'sheet_id': numbers.get(row['posting_id'], row['posting_id']),
        'version': version,
        'nothing_bought': False,
        **{part: row['fields'].get(part, '') for part in PARTS},
        'total': 0,
        'draft': row['rows'],
        'drafted_by': row['changed_by'],
        **{name: row[name] for name in ('reason', 'revision', 'changed_at')},
        **dict.fromkeys(('posted_by', 'posted_at', 'chain_seq')),
    }


def create_earlier_tables() -> None:
    op.create_table('sheet',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('canteen_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('posted_version_id', sa.Integer(), nullable=True),
    sa.Column('created_at', types.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_sheet_canteen_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sheet'))
    )
    op.create_index('ix_sheet_canteen_id_day', 'sheet', ['canteen_id', 'day'])
    for column in ('day', 'posted_version_id'):
        op.create_index(f'ix_sheet_{column}', 'sheet', [column])
    op.create_table('sheet_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sheet_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('nothing_bought', sa.Boolean(), nullable=False),
    *(sa.Column(part, sa.String(length=40), nullable=False) for part in PARTS),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('total', types.Fen(), nullable=False),
    sa.Column('draft', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('drafted_by', sa.String(length=40), nullable=False),
    sa.Column('changed_at', types.UtcDateTime(), nullable=False),
    sa.Column('posted_by', sa.String(length=40), nullable=True),
    sa.Column('posted_at', types.UtcDateTime(), nullable=True),
    sa.Column('chain_seq', BIG, nullable=True),
    sa.ForeignKeyConstraint(['sheet_id'], ['sheet.id'], name=op.f('fk_sheet_version_sheet_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sheet_version')),
    sa.UniqueConstraint('sheet_id', 'version', name=op.f('uq_sheet_version_sheet_id_version'))
    )
    for column in ('posted_at', 'sheet_id'):
        op.create_index(f'ix_sheet_version_{column}', 'sheet_version', [column])
    op.create_table('sheet_person',
    sa.Column('version_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('part', sa.String(length=10), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_sheet_person_person_id')),
    sa.ForeignKeyConstraint(['version_id'], ['sheet_version.id'], name=op.f('fk_sheet_person_version_id')),
    sa.PrimaryKeyConstraint('version_id', 'part', name=op.f('pk_sheet_person'))
    )
    op.create_index('ix_sheet_person_person_id', 'sheet_person', ['person_id'])


def protect_as_before(bind) -> None:
    """The refusals of the migrations 0001, 0011 and 0015."""
    if bind.dialect.name == 'sqlite':
        refuse = f"BEGIN SELECT RAISE(ABORT, '{NEVER}'); END"
        posted = "(SELECT posted_at FROM sheet_version WHERE id = {row}.version_id) IS NOT NULL"
        for verb in ('UPDATE', 'DELETE'):
            name = verb.lower()
            op.execute(
                f'CREATE TRIGGER sheet_version_no_{name} BEFORE {verb} ON sheet_version '
                f'WHEN OLD.posted_at IS NOT NULL {refuse}'
            )
            op.execute(f'CREATE TRIGGER posting_version_no_{name} BEFORE {verb} ON posting_version {refuse}')
            for table in ('line', 'sheet_person'):
                op.execute(
                    f'CREATE TRIGGER {table}_no_{name} BEFORE {verb} ON {table} WHEN {posted.format(row="OLD")} {refuse}'
                )
        op.execute(f'CREATE TRIGGER line_no_insert BEFORE INSERT ON line WHEN {posted.format(row="NEW")} {refuse}')
        op.execute(f'CREATE TRIGGER posting_no_update BEFORE UPDATE ON posting {refuse}')
        return
    op.execute('DROP FUNCTION kiosk_refuse_more()')
    op.execute(
        'CREATE FUNCTION kiosk_refuse_posted_line() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN '
        'IF EXISTS (SELECT FROM sheet_version WHERE posted_at IS NOT NULL AND id IN '
        "(CASE WHEN TG_OP <> 'INSERT' THEN OLD.version_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.version_id END)) "
        "THEN RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = TG_ARGV[0]; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
    )
    refuse = f"EXECUTE FUNCTION kiosk_refuse('{NEVER}')"
    line = f"EXECUTE FUNCTION kiosk_refuse_posted_line('{NEVER}')"
    change = 'BEFORE UPDATE OR DELETE ON'
    op.execute(
        f'CREATE TRIGGER sheet_version_no_change {change} sheet_version '
        f'FOR EACH ROW WHEN (OLD.posted_at IS NOT NULL) {refuse}'
    )
    op.execute(f'CREATE TRIGGER line_no_change BEFORE INSERT OR UPDATE OR DELETE ON line FOR EACH ROW {line}')
    op.execute(f'CREATE TRIGGER sheet_person_no_change {change} sheet_person FOR EACH ROW {line}')
    op.execute(f'CREATE TRIGGER posting_version_no_change {change} posting_version FOR EACH ROW {refuse}')
    op.execute(f'CREATE TRIGGER posting_no_update BEFORE UPDATE ON posting FOR EACH ROW {refuse}')
    for table in ('sheet_version', 'line', 'sheet_person', 'posting_version'):
        op.execute(f'CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} {refuse}')
