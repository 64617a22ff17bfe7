"""Open data of commitments: /data/commitments.csv and .json."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import Blueprint, Response

from kiosk.commitments import queries
from kiosk.core import open_data as edge
from kiosk.counters.models import Counter
from kiosk.school import queries as school

blueprint = Blueprint("commitments_api", __name__)

COLUMNS = (
    ("place", "窗口或食堂编号"),
    ("name", "窗口或食堂"),
    ("kind", "承诺类别"),
    ("commitment", "承诺编号"),
    ("version", "版本"),
    ("promise", "承诺内容"),
    ("value", "数值"),
    ("since", "生效日期"),
    ("until", "失效日期"),
    ("reason", "变更原因"),
    ("measured_by", "由谁衡量"),
    ("measured_from", "统计起"),
    ("measured_to", "统计止"),
    ("kept", "做到"),
    ("of", "已衡量"),
    ("not_measured", "未能衡量"),
    ("share", "做到的比例"),
)
"""Names of the columns in JSON and CSV. Without a measure figures are empty (null), and shares of too few."""


@blueprint.get("/data/commitments.csv")
def table() -> Response | str:
    """Every version that was in force on a day from ?from= to ?to=, with what was measured in these days."""
    first, last = edge.span(school.today())
    rows = (["" if cell is None else cell for cell in row.values()] for row in _rows(first, last, told=True))
    return edge.answer_csv(f"commitments_{first}_{last}", [label for _name, label in COLUMNS], rows)


@blueprint.get("/data/commitments.json")
def objects() -> Response:
    """The same as JSON."""
    first, last = edge.span(school.today())
    return edge.answer_json(first, last, "commitments", _rows(first, last))


def _rows(first: date, last: date, *, told: bool = False) -> Iterator[dict[str, Any]]:
    """The rows; values as a sentence has them where `told`."""
    for one in queries.in_force_between(first, last):
        version, figures = one.version, one.figures
        place = one.commitment.place
        share = None if figures is None or figures.share is None else round(figures.share, 4)
        cells = (
            place.code if isinstance(place, Counter) else queries.code_of(place),
            place.name,
            str(one.kind.label) if told else one.kind.code,
            one.commitment.id,
            version.version,
            one.words,
            _plain(version.value) if told else version.value,
            version.since.isoformat(),
            one.until.isoformat() if one.until else None,
            version.reason,
            _measured_by(one) if told else ("product" if one.kind.measure else "round"),
            *_measured(figures),
            share,
        )
        yield dict(zip((name for name, _label in COLUMNS), cells, strict=True))


def _measured(figures: queries.Figures | None) -> tuple[Any, ...]:
    if figures is None:
        return (None,) * 5
    span = (figures.since.isoformat(), figures.until.isoformat())
    return (*span, figures.kept, figures.of, figures.unmeasured)


def _measured_by(one: queries.Promise) -> str:
    return "本系统" if one.kind.measure else "巡查"


def _plain(value: Any) -> Any:
    return " ".join("-".join(span) for span in value) if isinstance(value, list) else value
