"""The command line speaks the language of the locale, all of it, and programs hear the same in each."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kiosk.cli import main
from kiosk.core import config, terminal

ROOT = Path(__file__).resolve().parents[2]
CHINESE, ENGLISH = "zh_Hans_CN", "en"


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, CHINESE),
        ({"LANG": "zh_TW.UTF-8"}, CHINESE),
        ({"LANG": "zh"}, CHINESE),
        ({"LANG": "en_GB.UTF-8"}, ENGLISH),
        ({"LANG": "C.UTF-8"}, ENGLISH),
        ({"LANG": "fr_FR.UTF-8"}, ENGLISH),
        ({}, ENGLISH),
        ({"LC_ALL": "C", "LC_MESSAGES": "zh_CN.UTF-8", "LANG": "zh_CN.UTF-8"}, ENGLISH),
        ({"LC_ALL": "", "LC_MESSAGES": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, CHINESE),
        ({"LC_ALL": "zh_CN.UTF-8", "LC_MESSAGES": "POSIX", "LANG": "en_US.UTF-8"}, CHINESE),
        ({"LC_CTYPE": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, ENGLISH),
        ({"LANGUAGE": "fr:zh_CN:en", "LANG": "en_US.UTF-8"}, CHINESE),
        ({"LANGUAGE": "en", "LC_ALL": "zh_CN.UTF-8"}, ENGLISH),
        ({"LANGUAGE": "zh_CN", "LC_ALL": "C"}, ENGLISH),
        ({"LANGUAGE": "", "LANG": "zh_CN.GB18030"}, CHINESE),
    ],
)
def test_the_first_that_is_set_wins(
    monkeypatch: pytest.MonkeyPatch, locale: dict[str, str], language: str
) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in locale.items():
        monkeypatch.setenv(name, value)
    assert terminal.language() == language


def commands(command: click.Command, *path: str) -> Iterator[tuple[str, ...]]:
    """Every command and group below one, as it is typed."""
    yield path
    for name, below in command.commands.items() if isinstance(command, click.Group) else ():
        yield from commands(below, *path, name)


def said(*words: str, locale: str) -> str:
    """What `kiosk` says in a locale, but for the name of the command itself."""
    done = CliRunner(env={"LANG": locale}).invoke(main, words, prog_name="kiosk")
    return done.output.replace(" ".join(["kiosk", *(word for word in words if word[0] != "-")]), "")


def untranslated() -> dict[str, list[str]]:
    """English words that follow one another in a Chinese help; commands named in it are none."""
    found = {}
    for path in commands(main):
        text = re.sub(r"kiosk [a-z]+( [a-z]+)?|`[^`]*`", "", said(*path, "--help", locale="zh_CN.UTF-8"))
        lack = re.findall(r"[A-Za-z]{2,} +[a-z]{2,}[^\n]*|Options|Commands|TEXT|COMMAND", text)
        if lack or "用法：" not in text:
            found[" ".join(path)] = lack
    return found


def test_every_help_is_chinese_where_the_locale_is() -> None:
    assert len(list(commands(main))) > 35
    assert untranslated() == {}


def test_a_help_without_its_chinese_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(main.commands["check"], "help", "Something that nobody translated.")
    assert set(untranslated()) == {"", "check"}


@pytest.mark.parametrize("path", [path for path in commands(main)], ids=" ".join)
def test_every_help_is_english_elsewhere(path: tuple[str, ...]) -> None:
    text = said(*path, "--help", locale="C.UTF-8")
    assert "Show this message and exit." in text
    assert not re.search("[一-鿿]", text)


@pytest.mark.parametrize(
    ("words", "chinese", "english"),
    [
        (["serve", "--nothing"], "没有选项", "No such option"),
        (["nothing"], "没有命令", "No such command"),
        (["pass"], "缺少参数", "Missing argument"),
        (["counter", "add", "c1"], "缺少选项", "Missing option"),
        (["account", "add", "x", "--role", "king"], "不在可选范围内", "is not one of"),
        (["canteen", "add", "x", "y", "--name", "z"], "多出了不认识的参数", "Got unexpected extra argument"),
        (["serve", "--port", "x"], "取值无效", "Invalid value"),
        (["serve", "--port"], "后面要有", "requires an argument"),
    ],
)
def test_refusals_too(words: list[str], chinese: str, english: str) -> None:
    refusal = said(*words, locale="zh_CN.UTF-8")
    assert chinese in refusal.splitlines()[-1]
    assert refusal.splitlines()[-1].startswith("错误：")
    assert english in said(*words, locale="en_US.UTF-8").splitlines()[-1]


def test_lines_are_as_wide_as_the_terminal() -> None:
    """A Chinese character takes two columns."""
    for path in commands(main):
        for line in said(*path, "--help", locale="zh_CN.UTF-8").splitlines():
            wide = sum(2 if ord(one) > 0x2E80 else 1 for one in line)
            assert wide <= 80 or "|" in line, line


@pytest.mark.parametrize(
    "words", [["check"], ["counter", "list"], ["pass", "c1"], ["retention", "--dry-run"]]
)
def test_programs_hear_the_same_in_every_language(
    instance: config.Instance, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.setenv("KIOSK_INSTANCE", str(instance.folder))
    if words == ["check"] and instance.uses_sqlite:
        instance.database.write_bytes(b"")
    answers = [
        CliRunner(env={"LANG": locale}).invoke(main, [*words, "--json"]).stdout
        for locale in ("zh_CN.UTF-8", "en_US.UTF-8", "")
    ]
    if words[0] == "pass":
        answers = [re.sub(r'("passes"|"expires_at"|"addresses"): [^]]*', "", answer) for answer in answers]
    assert answers[0].startswith(("{", "["))
    assert answers[0] == answers[1] == answers[2]


def test_reports_speak_it(instance: config.Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_INSTANCE", str(instance.folder))
    assert "一切正常" in said("check", locale="zh_CN.UTF-8")
    assert "all is well" in said("check", locale="en_US.UTF-8")
    assert "没有要结束的餐次" in said("meal", "close", locale="zh_CN.UTF-8")


@pytest.mark.parametrize("name", ["LANG", "LC_MESSAGES", "LC_ALL"])
def test_make_leaves_the_language_alone(name: str, tmp_path: Path) -> None:
    """`make run` speaks as the terminal does."""
    clean = {key: one for key, one in os.environ.items() if not key.startswith(("LC_", "LANG"))}
    done = subprocess.run(
        ["make", "--silent", "--eval", "language: ; @.venv/bin/kiosk check", "language"],
        cwd=ROOT,
        env={**clean, name: "zh_CN.UTF-8", "KIOSK_INSTANCE": str(tmp_path)},
        capture_output=True,
        timeout=120,
        encoding="utf-8",
        check=False,
    )
    assert "还没有学校" in done.stdout, done.stderr
