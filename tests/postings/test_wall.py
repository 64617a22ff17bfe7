"""The kinds of the wall: each goes its whole way once, by the table of facts."""

import gzip
import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from kiosk.budgets.kind import ANALYSIS
from kiosk.chain import queries as chain
from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session, transaction
from kiosk.core.errors import Forbidden
from kiosk.core.web import KioskApp
from kiosk.counters import queries as counters
from kiosk.postings import queries, services
from kiosk.postings.kinds import KINDS as OWN
from kiosk.postings.models import Posting, PostingDraft
from kiosk.postings.queries import Kind
from kiosk.postings.queries.rhythms import period_at
from kiosk.postings.shown import menu_today
from kiosk.rules.kind import POSTED_RULES
from kiosk.school import queries as school
from kiosk.school.services import save_term
from kiosk.steps import services as steps
from tests.conftest import actor, csrf
from tests.postings.conftest import SignIn
from tests.postings.facts import FACTS, as_sent, begun_for, typed

KINDS = (*OWN, POSTED_RULES, ANALYSIS)
WALL = [kind for kind in KINDS if kind.slug in FACTS]
of_the_wall = pytest.mark.parametrize("kind", WALL, ids=lambda kind: kind.slug)
of_the_wall_with_rows = pytest.mark.parametrize(
    "kind", [kind for kind in WALL if kind.columns], ids=lambda kind: kind.slug
)


@pytest.fixture(autouse=True)
def term(inside: KioskApp) -> None:
    """The term that today is in."""
    first, last = date(2026, 2, 23), date(2026, 7, 3)
    with transaction():
        save_term(by=actor("lin"), name="2026年春季学期", starts=first, ends=last)


def test_every_kind_of_the_wall_has_its_facts_or_goes_all_ways() -> None:
    assert {kind.slug for kind in KINDS} == {*FACTS, "notice"}


def drafted(kind: Kind, **changed: str) -> PostingDraft:
    """A draft with the facts of a kind, by whoever writes it; `changed` are cells of its last row."""
    by, (fields, rows) = actor(FACTS[kind.slug].writer), typed(kind)
    if rows:
        rows[-1] |= changed
    draft = services.start(by=by, kind=kind, **begun_for(kind))
    return services.save_draft(by=by, draft=draft, revision=0, fields=fields, rows=rows)


def put_up(draft: PostingDraft) -> Posting:
    """A draft posted by whoever writes it, or where that is needed, with Zhou's signature."""
    posting, kind = draft.posting, queries.kind_of(draft.posting.kind)
    by = actor(FACTS[kind.slug].writer)
    if kind.approves:
        services.propose(by=by, draft=draft)
        approving = queries.approving(draft)
        assert approving
        steps.decide(by=actor("zhou"), approval=approving.approval, approves=True)
    else:
        services.post(by=by, draft=draft, revision=draft.revision)
    return posting


def posted(kind: Kind, **changed: str) -> Posting:
    with transaction():
        return put_up(drafted(kind, **changed))


def corrected(kind: Kind, found: Posting) -> None:
    """The posting with what its facts say that changes, an hour later."""
    facts = FACTS[kind.slug]
    by, (name, value, _read) = actor(facts.writer), facts.changes
    with clock.moved_to(clock.now() + timedelta(hours=1)), transaction():
        draft = services.start_correction(by=by, posting=found)
        fields, rows = dict(draft.fields), [dict(row) for row in draft.rows]
        (rows[-1] if name in {one.name for one in kind.columns} else fields)[name] = value
        services.save_draft(by=by, draft=draft, revision=0, fields=fields, rows=rows, reason="写错了")
        put_up(draft)


@of_the_wall
def test_it_is_written_posted_corrected_and_withdrawn(inside: KioskApp, kind: Kind, of: SignIn) -> None:
    facts, visitor = FACTS[kind.slug], inside.test_client()
    found = posted(kind)
    for address in (f"/postings/{found.id}", f"/postings/{found.id}/poster", f"/feeds/{kind.slug}.atom"):
        text = visitor.get(address).text
        assert [words for words in facts.seen if words not in text] == [], address
    assert str(kind.label) in visitor.get("/").text
    assert f"{kind.slug}</" not in visitor.get(f"/postings/{found.id}?lang=en").text
    corrected(kind, found)
    both = queries.posted(found.id)
    assert [one.row.version for one in both.versions] == [2, 1]
    page = visitor.get(f"/postings/{found.id}").text
    assert facts.changes[2] in page
    assert "写错了" in page
    rows = visitor.get(f"/data/{kind.slug}.json").json[kind.slug]
    assert [row["version"] for row in rows] == [2] * max(1, len(facts.rows))
    assert len(visitor.get(f"/data/{kind.slug}.csv").text.strip().splitlines()) == 1 + len(rows)
    with transaction():
        services.withdraw(by=actor("zhou" if kind.approves else facts.writer), posting=found, reason="发错了")
    gone = visitor.get(f"/postings/{found.id}")
    assert (gone.status_code, "发错了" in gone.text, facts.seen[0] in gone.text) == (410, True, False)
    assert chain.verify().findings == []


@of_the_wall
def test_whoever_may_not_writes_none(inside: KioskApp, kind: Kind, of: SignIn) -> None:
    facts, address = FACTS[kind.slug], f"/office/postings/new/{kind.slug}"
    for username in facts.refused:
        with pytest.raises(Forbidden), transaction():
            services.start(by=actor(username), kind=kind, **begun_for(kind))
        assert of(username).get(address).status_code == 403, username
    if kind.approves:
        with transaction():
            draft = drafted(kind)
        with pytest.raises(Forbidden), transaction():
            services.post(by=actor(facts.writer), draft=draft, revision=draft.revision)


@of_the_wall
def test_it_is_written_in_the_form_and_a_missing_cell_is_named(
    inside: KioskApp, kind: Kind, of: SignIn
) -> None:
    facts, address = FACTS[kind.slug], f"/office/postings/new/{kind.slug}"
    writer, (fields, rows) = of(facts.writer), typed(kind)
    needed = next(one.name for one in (kind.columns or kind.fields) if getattr(one, "missing", None))
    form: dict[str, Any] = {"csrf_token": csrf(writer, address), "then": "on", **as_sent(kind), **fields}
    form |= {f"row_{one.name}": [row.get(one.name, "") for row in rows] for one in kind.columns}
    key = f"row_{needed}" if kind.columns else needed
    lacking = {key: ["", *form[key][1:]]} if kind.columns else {key: ""}
    short = writer.post(address, data={**form, **lacking})
    assert short.status_code == 422
    assert 'aria-invalid="true"' in short.text
    sent = writer.post(address, data=form)
    assert sent.status_code == 302, re.findall(r"field-error[^<]*<?[^<]*|note\" id[^<]*", sent.text)
    session.remove()
    found = queries.posting(int(re.findall(r"\d+", sent.location)[-1]))
    assert len(found.versions) == (0 if kind.approves else 1)


def test_a_licence_that_ends_is_told_in_public_and_in_the_inbox(inside: KioskApp, of: SignIn) -> None:
    found = posted(queries.kind_of("suppliers"))
    page = inside.test_client().get(f"/postings/{found.id}").text
    assert ("即将到期" in page, "已过期" in page) == (True, True)
    told = {one["key"]: one for one in of("lin").get("/office/inbox.json").json["items"]}
    assert {key for key in told if key.startswith("licence:")} == {
        f"licence:{found.id}-1",
        f"licence:{found.id}-2",
    }
    over = told[f"licence:{found.id}-2"]
    assert (over["late"], "北站水产行：食品许可证已于" in over["text"]) == (True, True)
    assert not any("licence:" in one["key"] for one in of("wu").get("/office/inbox.json").json["items"])


def test_what_a_command_posted_is_signed_in_the_readers_language(inside: KioskApp) -> None:
    kind, by = queries.kind_of("menu"), Actor("command line")
    with transaction():
        draft = services.start(by=by, kind=kind, **begun_for(kind))
        fields, rows = typed(kind)
        services.save_draft(by=by, draft=draft, revision=0, fields=fields, rows=rows)
        number = services.post(by=by, draft=draft, revision=1).posting_id
    client = inside.test_client()
    pages = [client.get(f"/postings/{number}?lang={language}").text for language in ("zh", "en")]
    assert ["命令行" in page for page in pages] == [True, False]
    assert ["ommand line" in page for page in pages] == [False, True]


@pytest.mark.parametrize(
    ("slug", "told"),
    [
        ("inquiry", "市场询价 · 2026年3月3日 · 猪后腿肉、土豆 · 城南市场、联华超市"),
        ("materials", "教务处 · 物资采购 · 2026年2月 · 复印纸、粉笔"),
        ("bulk", "秋季课桌椅采购"),
    ],
)
def test_a_title_tells_one_posting_from_the_next(inside: KioskApp, slug: str, told: str) -> None:
    kind, (fields, rows) = queries.kind_of(slug), typed(queries.kind_of(slug))
    posting = Posting(kind=slug, period="2026-02")
    assert kind.title(posting, fields, rows) == told
    several = [{**rows[0], "item": f"第{number}种"} for number in range(5)]
    assert "第0种、第1种等 5 种" in kind.title(posting, fields, several)
    assert kind.title(posting, {}, []), "an empty draft is called something"
    assert kind.title(posting, {"asked_on": "昨天"}, [])


def test_a_feed_leaves_out_what_is_empty_and_names_the_place(inside: KioskApp) -> None:
    for slug in ("inquiry", "menu"):
        posted(queries.kind_of(slug))
    feed = inside.test_client().get("/feeds/all.atom").text
    assert "—" not in feed
    assert "猪后腿肉 · 斤 · 11.50 · 12.80" in feed
    assert "· 第一食堂 ·" in feed, "each canteen has a menu of its own"


def test_who_wrote_last_is_a_person_or_said_in_words(inside: KioskApp, of: SignIn) -> None:
    kind, by = queries.kind_of("spending"), Actor("command line")
    with transaction():
        draft = services.start(by=by, kind=kind, **begun_for(kind))
    inside_office = "/office/postings/?lang=zh"
    page = of("lin").get(inside_office).text
    assert "服务器命令行" in page
    assert "command line" not in page
    with transaction():
        draft = queries.posting(draft.posting_id).draft or draft
        services.save_draft(by=actor("wu"), draft=draft, revision=0, fields={"note": "甲"})
        services.save_draft(by=by, draft=draft, revision=1, fields={"note": "乙"})
    assert "吴，之后由服务器命令行改动" in of("lin").get(inside_office).text


def test_todays_menu_stands_on_the_phone_of_its_canteen(inside: KioskApp) -> None:
    counter = next(one for one in counters.counters() if one.canteen)
    assert menu_today(counter)["posted"] is None
    kind = queries.kind_of("menu")
    week = period_at(queries.WEEK, school.today())
    with transaction():
        draft = services.start(by=actor("chen"), kind=kind, place=counter.canteen, period=week)
        rows = [
            {
                "day": "wed",
                "meal": "lunch",
                "dishes": "盐水虾、什锦炒饭（虾、蛋）；盐水虾",
                "allergens": "虾、鸡蛋",
            }
        ]
        services.save_draft(by=actor("chen"), draft=draft, revision=0, fields={}, rows=rows)
        services.post(by=actor("chen"), draft=draft, revision=1)
    ((_line, row),) = menu_today(counter)["today"].lines
    assert row["allergens"] == "crustaceans,egg"
    dishes = {"lunch": ["盐水虾", "什锦炒饭（虾、蛋）"]}
    assert queries.dishes_of(counter.canteen_id, school.today()) == dishes
    with clock.moved_to(clock.now() + timedelta(days=1)):
        assert menu_today(counter)["today"] is None


def test_spending_is_owed_from_the_month_in_which_it_was_switched_on(inside: KioskApp) -> None:
    kind = queries.kind_of("spending")
    with clock.moved_to(clock.now() + timedelta(days=3)):
        assert [
            one for one in queries.to_post(school.today()) if one.kind == kind and one.is_late(clock.now())
        ] == []
    with clock.moved_to(datetime(2026, 4, 7, 9, tzinfo=school.zone())):
        (late,) = [one for one in queries.unposted(date(2026, 4, 1), date(2026, 4, 7)) if one.kind == kind]
        assert (late.period, late.is_late(clock.now())) == ("2026-03", True)
        with transaction():
            draft = services.start(by=actor("wu"), kind=kind, period="2026-03")
            services.save_draft(by=actor("wu"), draft=draft, revision=0, fields={}, nothing=True)
            found = put_up(draft)
        assert queries.posted(found.id).times.is_later


def test_three_thousand_lines_stand_on_small_pages(inside: KioskApp) -> None:
    kind, client = queries.kind_of("spending"), inside.test_client()
    rows = [
        {"item": f"第{n}项维修材料", "amount": f"{n}.50", "payee": f"五金店{n % 40}"} for n in range(1, 3001)
    ]
    with transaction():
        draft = services.start(by=actor("wu"), kind=kind, **begun_for(kind))
        services.save_draft(by=actor("wu"), draft=draft, revision=0, fields={}, rows=rows)
        found = put_up(draft)
    first, last = (client.get(f"/postings/{found.id}{query}") for query in ("", "?row=2999"))
    assert max(len(gzip.compress(one.data)) for one in (first, last)) <= 60_000
    assert ("第 1–200 行，共 3000 行" in first.text, "第2999项" in first.text) == (True, False)
    assert ("第2999项" in last.text, "4,503,000.00" in last.text) == (True, True)
