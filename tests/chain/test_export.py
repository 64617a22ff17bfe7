"""The export, and the stand-alone verifier: it agrees with the product on every kind of tampering."""

import json
import random
import runpy
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from kiosk.chain.queries import entries, export, verify
from kiosk.cli import main
from kiosk.core import clock, config
from kiosk.core.db import session, transaction
from kiosk.ratings.services import close_meals, take, uncount
from tests.chain.test_verify import TAMPERED, found, origin, printed, rewrite, run, used
from tests.conftest import LUNCH, actor, counter, tamper

__all__ = ["origin", "used"]

VERIFIER = Path(__file__).resolve().parents[2] / "docs" / "verify.py"
EXPORTED = ("entry", "text", "rating", "note", "mark", "seal")


@pytest.fixture
def exported(app: Flask, used: config.Instance) -> list[str]:
    return lines_of(app)


def lines_of(app: Flask) -> list[str]:
    with app.app_context():
        lines = list(export())
        session.remove()
    return lines


def check(folder: Path, lines: list[str], *heads: str) -> tuple[int, str]:
    """The exit status and the first line of the verifier, run as an auditor runs it."""
    file = folder / "record.jsonl"
    file.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", str(VERIFIER), str(file), *heads], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()[0]


def test_it_is_short_and_needs_nothing_of_ours() -> None:
    text = VERIFIER.read_text("utf-8")
    assert len(text.splitlines()) <= 230
    assert "kiosk." not in text.replace("`kiosk ", "")


def test_a_good_export_is_good(app: Flask, exported: list[str], tmp_path: Path) -> None:
    poster = printed(app)
    number = poster.partition(":")[0]
    told = f"nothing was changed; {number} entries, 1 seals, 3 ratings, 0 not sealed yet"
    assert check(tmp_path, exported, poster) == (0, told)


def test_no_comment_leaves_the_school(exported: list[str]) -> None:
    assert [json.loads(line)[0] for line in exported].count("note") == 3
    assert not any("好" in line for line in exported if not line.startswith('["entry"'))


@pytest.mark.parametrize("script", TAMPERED)
def test_it_agrees_with_the_product(app: Flask, used: config.Instance, tmp_path: Path, script: str) -> None:
    """Of rows that an export holds; comments' texts, tallies and posted lines the product alone compares."""
    poster = printed(app)
    with app.app_context():
        tamper(script)
    ours = found(app)[0]
    status, line = check(tmp_path, lines_of(app), poster)
    if ours.startswith(EXPORTED) and "comment" not in ours:
        assert (status, line.split(" (")[0]) == (1, ours.split(" (")[0])
    else:
        assert status == 0


def test_a_rewritten_record_shows_against_a_printed_head(
    app: Flask, used: config.Instance, tmp_path: Path
) -> None:
    poster = printed(app)
    rewrite(app, "采购员", "别人")
    assert check(tmp_path, lines_of(app))[0] == 0
    status, line = check(tmp_path, lines_of(app), poster)
    assert (status, line) == (1, f"entry {poster.split(':')[0]}: rewritten (a known head)")


FILES: dict[str, tuple[Callable[[list[str]], list[str]], str]] = {
    "an entry's word": (lambda all: [one.replace("测试", "试测") for one in all], "entry "),
    "an entry taken out": (lambda all: all[:3] + all[4:], "entry 3: missing"),
    "two entries swapped": (lambda all: [*all[:3], all[4], all[3], *all[5:]], "entry 3: missing"),
    "an entry twice": (lambda all: all[:4] + all[3:], "entry 3: inserted"),
    "the tail": (lambda all: all[:10], "entry 10: cut (the export's own head)"),
    "a level": (lambda all: [one.replace('"c1",4,', '"c1",5,') for one in all], "rating 2: altered (seal 1)"),
    "a rating": (lambda all: [one for one in all if '["rating",2' not in one], "rating 2: missing (seal 1)"),
    "a rating twice": (
        lambda all: [one for one in all for _ in range(1 + ('["rating",2' in one))],
        "rating 2: ins",
    ),
    "ratings swapped": (lambda all: [*all[:-7], all[-6], all[-7], *all[-5:]], "rating 1: ins"),
    "a mark": (lambda all: all[:-1], "mark 1: missing (seal 1)"),
    "a seal": (lambda all: [one for one in all if not one.startswith('["seal"')], "seal 1: missing"),
    "a line of rubbish": (lambda all: [*all, "rubbish"], "line "),
}


@pytest.mark.parametrize("name", FILES)
def test_a_tampered_export_is_found(
    app: Flask, used: config.Instance, exported: list[str], tmp_path: Path, name: str
) -> None:
    change, complaint = FILES[name]
    tampered = change(exported)
    assert tampered != exported
    status, line = check(tmp_path, tampered)
    assert status == 1, line
    assert line.startswith(complaint)
    report = json.loads(run(used, "--file", str(tmp_path / "record.jsonl"), "--json").output)
    first = report["findings"][0]
    assert line.startswith(f"{first['kind']} {first['place']}: {first['problem']}")


@pytest.fixture
def long_export(app: Flask, used: config.Instance) -> list[str]:
    """An export with three seals, so that lines of every kind have neighbours of their kind."""
    with app.app_context():
        for hour in (24, 48):
            with clock.moved_to(LUNCH + timedelta(hours=hour)), transaction():
                for level in (2, 3):
                    taken = take(id=uuid4(), counter=counter(), level=level, channel="poster", comment="咸")
                    uncount(taken.rating, "burst", by=actor("lin"))
                close_meals(by=actor("kiosk"), everything=True)
    return lines_of(app)


def kind_of(line: str) -> str:
    return str(json.loads(line)[0])


def test_every_swap_double_and_loss_of_a_line_is_found(long_export: list[str]) -> None:
    """Each line lost, doubled and moved, and swapped with the next, the last and the next of each kind."""
    verify_file = runpy.run_path(str(VERIFIER))["verify"]
    assert verify_file(long_export)[0] == []
    kinds = [kind_of(line) for line in long_export]
    assert min(kinds.count(kind) for kind in EXPORTED) >= 3
    for n, line in enumerate(long_export):
        others = long_export[:n] + long_export[n + 1 :]
        assert verify_file(others)[0], f"lost: {line[:40]}"
        for place in {0, n, n + 1, *(kinds.index(kind) for kind in EXPORTED), len(long_export)}:
            doubled = [*long_export[:place], line, *long_export[place:]]
            assert verify_file(doubled)[0], f"doubled at {place}: {line[:40]}"
            moved = [*others[:place], line, *others[place:]]
            assert moved == long_export or verify_file(moved)[0], f"moved to {place}: {line[:40]}"
        later = {kind: n + 1 + kinds[n + 1 :].index(kind) for kind in set(kinds[n + 1 :])}
        for other in {
            *range(n + 1, len(long_export))[:1],
            *range(n + 1, len(long_export))[-1:],
            *later.values(),
        }:
            swapped = list(long_export)
            swapped[n], swapped[other] = swapped[other], swapped[n]
            assert verify_file(swapped)[0], f"swapped: {line[:40]} and {swapped[n][:40]}"


def test_a_thousand_random_tamperings_are_found(long_export: list[str]) -> None:
    """Characters changed, put in or cut; nobody vouches for the moment of the export alone."""
    verify_file = runpy.run_path(str(VERIFIER))["verify"]
    chance = random.Random(11)
    for _ in range(1000):
        lines = list(long_export)
        place = chance.randrange(len(lines))
        line = lines[place]
        at = chance.randrange(len(line))
        if place == 0 and at < line.rindex('",'):
            continue
        sign = chance.choice('0123456789abcdefABCDEFxyz ,"[]\\-.\t\r\0é')
        lines[place] = chance.choice(
            (line[:at] + sign + line[at + 1 :], line[:at] + sign + line[at:], line[:at] + line[at + 1 :])
        )
        if lines != long_export:
            assert verify_file(lines)[0], (line[max(0, at - 20) : at + 20], sign)


def test_a_garbled_export_ends_in_a_verdict(exported: list[str]) -> None:
    """Whatever stands in a file, the verifier answers; nothing makes it stumble."""
    verify_file = runpy.run_path(str(VERIFIER))["verify"]
    chance, rubbish = random.Random(3), [None, 1, -1, 1.5, "x", [], {}, 10**40, ["a"], {"a": 1}]
    for _ in range(500):
        lines = list(exported)
        place = chance.randrange(len(lines))
        values = json.loads(lines[place])
        if values[0] == "entry" and chance.random() < 0.5:
            body = json.loads(values[3])
            told = body["after"] if body["after"] and chance.random() < 0.7 else body
            told[chance.choice(list(told))] = chance.choice(rubbish)
            values[3] = json.dumps(body)
        else:
            values[chance.randrange(len(values))] = chance.choice(rubbish)
        lines[place] = json.dumps(values)
        found, _summary = verify_file(lines)
        assert found or place == 0 or values == json.loads(exported[place])


def test_the_auditor_takes_it_from_the_office_and_the_head_does_not(
    app: Flask, used: config.Instance, tmp_path: Path, signed_in: Callable[[str], FlaskClient]
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    assert signed_in("lin").post("/office/chain/export").status_code == 403
    client = signed_in("wu")
    assert "/office/chain/export" in client.get("/office/chain/").text
    answer = client.post("/office/chain/export", buffered=True)
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    assert check(tmp_path, answer.text.splitlines())[0] == 0
    with app.app_context():
        (entry,) = entries(subject="record")
        assert (entry.action, entry.actor) == ("record.exported", "wu")
        assert verify().findings == []


def test_the_command_writes_it(app: Flask, used: config.Instance, tmp_path: Path) -> None:
    file, environment = tmp_path / "record.jsonl", {"KIOSK_INSTANCE": str(used.folder)}
    done = CliRunner().invoke(main, ["record", "export", str(file)], env=environment)
    assert (done.exit_code, done.output) == (0, "")
    assert file.read_text("utf-8").splitlines()[1:] == lines_of(app)[1:]
    assert run(used, "--file", str(file), "--head", printed(app)).exit_code == 0
    refused = CliRunner().invoke(main, ["record", "export", str(tmp_path / "no" / "where")], env=environment)
    assert refused.exit_code == 1


def test_a_long_record_is_not_held_in_memory(app: Flask, used: config.Instance) -> None:
    with app.app_context():
        lines = export()
        assert json.loads(next(lines))[0] == "record"
        session.remove()
