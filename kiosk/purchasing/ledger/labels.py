"""What the lines of titles and signatures say behind their labels: 编号： 验收人：."""

import re
import unicodedata

from kiosk.core.cells import squeeze
from kiosk.purchasing.ledger.words import SIGNATURES

_LABELS = {label: field for field, labels in SIGNATURES.items() for label in labels}
_LABEL = re.compile(
    r"(?<![一-鿿A-Za-z])("
    + "|".join(
        r"\s*".join(map(re.escape, label))
        for label in sorted(_LABELS, key=lambda label: (-len(label), label))
    )
    + r")\s*(?:\((?:签字|签名|双人|盖章|签章)\)|签字|签名)?\s*\d?\s*(?::|(?<=No)\.|(?<=NO)\.)"
)


def labelled(text: str) -> dict[str, list[str]]:
    """What stands behind labels such as 编号： and 验收人： in a line, by field."""
    plain = unicodedata.normalize("NFKC", text)
    labels = list(_LABEL.finditer(plain))
    values: dict[str, list[str]] = {}
    for place, label in enumerate(labels):
        field = _LABELS[squeeze(label[1])]
        end = labels[place + 1].start() if place + 1 < len(labels) else len(plain)
        value = _value(field, plain[label.end() : end])
        if field != "other" and value and not re.fullmatch(r"[\W_]+", value):
            values.setdefault(field, []).extend(_people(field, value))
    return values


def _value(field: str, text: str) -> str:
    value = text.strip(" \t_—-　")
    if field != "receiver":
        value = re.split(r"\s{2,}|\t", value)[0]
    return value.strip(" _—.,;、")


def _people(field: str, value: str) -> list[str]:
    if field == "receiver":
        return [name[:40] for name in re.split(r"[、,;/\s]+", value) if name and not re.search(r"\d", name)]
    if field == "number":
        return [re.split(r"\s", value)[0][:40]]
    return [re.sub(r"(?<=[一-鿿])\s(?=[一-鿿])", "", value)[:40]]


def has_label(text: str) -> bool:
    """Whether a line carries any label of titles and signature lines."""
    return bool(_LABEL.search(unicodedata.normalize("NFKC", text)))


def has_signature(line: str) -> bool:
    """Whether a line carries the labels of those who sign."""
    return has_label(line) and bool(re.search("[人员审核批验收保管采购制]\\s*(签字)?\\s*[:：]", line))
