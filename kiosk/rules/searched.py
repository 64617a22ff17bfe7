"""What everybody finds of rules: the text in force or on its way, article by article."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from flask import url_for
from sqlalchemy import select

from kiosk.core.db import session
from kiosk.core.i18n import Text, _, lazy
from kiosk.core.searched import Entry, Hit, Searched
from kiosk.rules import queries
from kiosk.rules.models import Rule, RuleVersion
from kiosk.school import queries as school

GROUP = "rules-of-procedure"


def _groups() -> Mapping[str, Text]:
    return {GROUP: lazy("Rules of procedure")}


def _keys() -> Iterable[str]:
    return map(str, session.scalars(select(RuleVersion.rule_id).distinct().order_by(RuleVersion.rule_id)))


def _shown(keys: Collection[str]) -> list[tuple[Rule, RuleVersion]]:
    """Each rule with its last text that is not withdrawn: what it says hangs on no day."""
    query = select(Rule).where(Rule.id.in_([int(key) for key in keys]))
    found = []
    for rule in session.scalars(query):
        standing = [one for one in queries.texts(rule) if one.ended_how != "withdrawn"]
        if standing:
            found.append((rule, standing[-1]))
    return found


def _entries(keys: Collection[str]) -> Mapping[str, Entry]:
    return {
        str(rule.id): Entry(group=GROUP, lines=tuple(_lines(rule, version)), at=version.published_at)
        for rule, version in _shown(keys)
    }


def _lines(rule: Rule, version: RuleVersion) -> Iterator[str]:
    yield version.title
    if rule.team:
        yield rule.team
    for one in queries.items(version):
        yield from (line for line in (one.item.heading, *one.item.text.split("\n")) if line.strip())


def _hits(keys: Collection[str]) -> Mapping[str, Hit]:
    found = {}
    for rule, _version in _shown(keys):
        standing = queries.Standing(rule, school.today())
        whose = rule.team or _("Whole school")
        found[str(rule.id)] = Hit(
            rule.title, url_for("rules.rule", slug=rule.slug), f"{whose} · {standing.label}"
        )
    return found


RULES = Searched(subject="rule", groups=_groups, keys=_keys, entries=_entries, hits=_hits)
