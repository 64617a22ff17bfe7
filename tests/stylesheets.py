"""What a browser of 2018 (Chrome 70, Safari 12) reads of a style sheet; what it knows stands in lists."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tinycss2

FOLDER = Path(__file__).parents[1] / "static/css"

PROPERTIES = set(
    """align-content align-items align-self animation animation-delay animation-duration appearance
    background background-color background-image background-position background-size border
    border-bottom border-bottom-color border-bottom-width border-collapse border-color border-left
    border-left-color border-left-width border-radius border-right border-right-color border-right-width
    border-spacing border-style border-top border-top-color border-top-width border-width bottom
    box-shadow box-sizing break-after break-inside caption-side clear clip color column-count column-gap
    columns content cursor direction display fill fill-opacity flex flex-basis flex-direction flex-flow
    flex-grow flex-shrink flex-wrap float font font-family font-size font-style font-variant-numeric
    font-weight gap grid-area grid-auto-columns grid-auto-flow grid-auto-rows grid-column
    grid-column-gap grid-gap grid-row grid-row-gap grid-template grid-template-columns
    grid-template-rows height hyphens justify-content justify-items justify-self left letter-spacing
    line-height list-style list-style-position list-style-type margin margin-bottom margin-left
    margin-right margin-top max-height max-width min-height min-width object-fit opacity order outline
    outline-offset outline-width overflow overflow-wrap overflow-x overflow-y padding padding-bottom
    padding-left padding-right padding-top paint-order place-items pointer-events position quotes resize
    right row-gap size stroke stroke-dasharray stroke-linecap stroke-linejoin stroke-opacity
    stroke-width table-layout text-align text-anchor text-decoration text-decoration-color
    text-decoration-line text-decoration-style text-indent text-overflow text-transform top touch-action
    transform transform-origin transition transition-duration transition-property user-select
    vector-effect vertical-align visibility white-space width word-break word-spacing z-index""".split()
)
"""Read by Chrome 70 and Safari 12, as we use them."""
HARMLESS = set(
    """accent-color color-scheme overscroll-behavior scroll-padding scroll-padding-left scroll-margin-bottom
    scroll-margin-top text-decoration-thickness text-underline-offset print-color-adjust""".split()
)
"""Newer, and nothing is missed where they are not read."""
FUNCTIONS = set(
    "attr calc counter cubic-bezier linear-gradient minmax repeat rgba rect rotate scale scalex translate "
    "translatex translatey url var".split()
)
SIZES = {"min", "max", "clamp"}
"""Read since Chrome 79 and Safari 11.1 (`clamp` 13.1): they stand inside @supports."""
UNITS = set("px rem em vw vh vmin vmax mm cm pt ms s fr ch deg".split())
PSEUDO = set(
    """active after before checked disabled empty first-child first-of-type focus hover lang last-child
    last-of-type link not nth-child nth-of-type only-child placeholder root target visited""".split()
)
RING = {"outline", "outline-offset", "border-radius"}
"""What `:focus-visible` may set by itself: without it the browser's own ring stands."""
FEATURES = {"min-width", "max-width", "min-height", "max-height", "orientation", "min-aspect-ratio"}
PREFERENCES = {"prefers-color-scheme", "prefers-reduced-motion", "hover", "pointer"}
"""Not read before 2019: what they ask for is then not done."""


@dataclass
class Rule:
    """A rule of a style sheet and the conditions it stands in."""

    sheet: str
    selectors: list[str]
    declarations: dict[str, list[Any]]
    inside: tuple[str, ...]
    nested: bool
    instead: frozenset[str] = frozenset()
    """Properties that have a plain value before the newer one."""

    def __str__(self) -> str:
        return f"{self.sheet}: {', '.join(self.selectors)}"

    def supports(self, wanted: str) -> bool:
        """Whether it stands in @supports of that condition."""
        return any(f"@supports {wanted}" in one for one in self.inside)


def rules(text: str, sheet: str = "", inside: tuple[str, ...] = ()) -> Iterator[Rule]:
    """Every rule, those inside conditions too."""
    yield from _rules(
        tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True), sheet, inside
    )


def _rules(nodes: Iterable[Any], sheet: str, inside: tuple[str, ...]) -> Iterator[Rule]:
    for node in nodes:
        prelude = tinycss2.serialize(getattr(node, "prelude", []) or []).strip()
        if node.type == "at-rule" and node.at_keyword in ("media", "supports"):
            content = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            yield from _rules(content, sheet, (*inside, f"@{node.at_keyword} {prelude}"))
        elif node.type == "at-rule":
            yield Rule(sheet, [f"@{node.at_keyword} {prelude}".strip()], {}, inside, nested=False)
        elif node.type == "qualified-rule":
            yield _rule(node, prelude, sheet, inside)
        else:
            raise AssertionError(f"{sheet}: {node}")


def _rule(node: Any, prelude: str, sheet: str, inside: tuple[str, ...]) -> Rule:
    found = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
    declarations = {one.name: one.value for one in found if one.type == "declaration"}
    nested = any(one.type != "declaration" for one in found)
    plain = frozenset(one.name for one in found if one.type == "declaration" and _is_read(one))
    selectors = [" ".join(one.split()) for one in _parts(prelude)]
    return Rule(sheet, selectors, declarations, inside, nested, plain)


def _parts(selectors: str) -> list[str]:
    depth, parts = 0, [""]
    for sign in selectors:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return [one.strip() for one in parts]


def tokens(value: Iterable[Any]) -> Iterator[Any]:
    """The tokens of a value, inside functions and brackets too."""
    for token in value:
        yield token
        yield from tokens(getattr(token, "arguments", None) or getattr(token, "content", None) or [])


def faults(sheets: dict[str, str]) -> list[str]:
    """What a browser of 2018 would not read, without anything in its place: a line each."""
    found = [rule for name, text in sheets.items() for rule in rules(text, name)]
    return [
        *(f"{name}: something is not closed" for name, text in sheets.items() if not _is_whole(text)),
        *(f"{rule}: {fault}" for rule in found for fault in _faults(rule)),
        *_gaps_without_margins(found),
    ]


def _is_whole(text: str) -> bool:
    """Whether all is closed; what is left open takes in the sheets that follow in the same bundle."""
    read = tinycss2.parse_component_value_list(text)
    return tinycss2.serialize(read) == text


def _faults(rule: Rule) -> Iterator[str]:
    if rule.nested:
        yield "rules inside rules"
    for selector in rule.selectors:
        yield from _selector_faults(selector, rule)
    for condition in rule.inside:
        yield from _condition_faults(condition)
    for name, value in rule.declarations.items():
        if not name.startswith(("--", "-webkit-")) and name not in PROPERTIES | HARMLESS:
            yield f"property {name}"
        yield from _value_faults(name, value, rule)


def _selector_faults(selector: str, rule: Rule) -> Iterator[str]:
    if selector.startswith("@"):
        if selector.split()[0] not in ("@page", "@keyframes", "@font-face"):
            yield f"rule {selector}"
        if selector.startswith("@page "):
            yield "a page with a name"
        return
    parsed = list(tokens(tinycss2.parse_component_value_list(selector)))
    for before, token in zip([None, *parsed], parsed, strict=False):
        name = getattr(token, "lower_name", None) or getattr(token, "lower_value", "")
        if before != ":" or token.type not in ("ident", "function") or name in PSEUDO:
            continue
        if name == "focus-visible":
            if ":not(:focus-visible)" not in selector and not set(rule.declarations) <= RING:
                yield f"{selector} without a way for :focus"
        elif not name.startswith("-webkit-"):
            yield f"selector :{name}"
    if any("," in part.split(")")[0] for part in selector.split(":not(")[1:]):
        yield "a list inside :not()"


def _condition_faults(condition: str) -> Iterator[str]:
    kind, _, text = condition.partition(" ")
    if kind != "@media":
        return
    for part in text.replace(" and ", ",").split(","):
        name = part.strip().strip("()").partition(":")[0].strip()
        if "(" in part and name not in FEATURES | PREFERENCES:
            yield f"condition {part.strip()}"


def _value_faults(name: str, value: list[Any], rule: Rule) -> Iterator[str]:
    text = tinycss2.serialize(value).strip()
    for token in tokens(value):
        if token.type == "function":
            depends = "var(" in text or name not in rule.instead  # a value with var() is never thrown away
            if token.lower_name in SIZES and depends and not rule.supports("(width: min("):
                yield f"{name} with {token.lower_name}() outside @supports (width: min(1px, 2px))"
            elif token.lower_name not in FUNCTIONS | SIZES:
                yield f"{name} with {token.lower_name}()"
        if token.type == "dimension" and token.lower_unit not in UNITS:
            yield f"{name} with {token.unit}"
    if "anywhere" in text and "word-break" not in rule.declarations and rule.sheet not in STAND_ON_BASE:
        yield "overflow-wrap: anywhere without word-break: break-word"
    if is_flex(rule) and any(
        tinycss2.serialize(rule.declarations.get(one, [])).strip() in ("start", "end")
        for one in ("justify-content", "align-items")
    ):
        yield "start or end in a flex box"


STAND_ON_BASE = {f"{name}.css" for name in "base components board office live purchasing phone print".split()}
"""They inherit `overflow-wrap: break-word` from base.css."""


def is_flex(rule: Rule) -> bool:
    """Whether a rule makes flex boxes."""
    display = tinycss2.serialize(rule.declarations.get("display", [])).strip()
    return display in ("flex", "inline-flex")


def is_grid(rule: Rule) -> bool:
    """Whether a rule lays out a grid, whose gaps are older."""
    return tinycss2.serialize(rule.declarations.get("display", [])).strip() in ("grid", "inline-grid")


def _gaps_without_margins(found: list[Rule]) -> Iterator[str]:
    """Before Chrome 84 and Safari 14.1 a flex box knows no gap; `inset` tells those that do."""
    flex = {one for rule in found if is_flex(rule) for one in rule.selectors}
    instead = [one for rule in found if rule.supports("not (inset: 0)") for one in rule.selectors]
    for rule in found:
        gaps = [
            rule.declarations[one] for one in ("gap", "row-gap", "column-gap") if one in rule.declarations
        ]
        if not any(token.type != "number" for gap in gaps for token in gap if token.type != "whitespace"):
            continue
        for selector in rule.selectors:
            if (
                selector in flex
                and not is_grid(rule)
                and not any(one.startswith((f"{selector} ", f"{selector}::")) for one in instead)
            ):
                yield f"{rule.sheet}: {selector}: a gap in a flex box, no margins in @supports not (inset: 0)"


def as_read_in_2018(text: str) -> str:
    """The style sheet without what Chrome 70 throws away; of @supports what it would take."""
    nodes = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
    return "\n".join(_as_read(nodes))


def _as_read(nodes: Iterable[Any]) -> Iterator[str]:
    for node in nodes:
        prelude = tinycss2.serialize(node.prelude).strip()
        if node.type == "at-rule" and node.at_keyword in ("media", "supports"):
            content = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            inner = "\n".join(_as_read(content))
            if node.at_keyword == "media":
                yield f"@media {prelude} {{\n{inner}\n}}"
            elif prelude.startswith("not "):
                yield inner
        elif node.type == "at-rule":
            yield tinycss2.serialize([node])
        elif ":focus-visible" not in prelude:
            yield f"{prelude} {{ {_declarations_read(node)} }}"


def _declarations_read(node: Any) -> str:
    found = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
    kept = [one for one in found if one.type == "declaration" and _is_read(one)]
    return tinycss2.serialize(kept)


def _is_read(one: Any) -> bool:
    known = one.name.startswith(("--", "-webkit-")) or one.name in PROPERTIES
    names = {token.lower_name for token in tokens(one.value) if token.type == "function"}
    return known and not names & SIZES
