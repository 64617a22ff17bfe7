"""The words of an article as a page shows them: Markdown (CommonMark) with tables; HTML is shown, not run."""

from functools import lru_cache
from typing import Any

from markupsafe import Markup

OFF = ["image", "heading", "lheading", "hr", "html_block", "html_inline", "reference"]
"""An article holds no picture, which a page would fetch elsewhere, and no heading beside its own."""
ESCAPED = "\\`*_[]<>#|~&"


@lru_cache(maxsize=1)
def _reader() -> Any:
    from markdown_it import MarkdownIt  # it is needed when a rule is read, and not before

    options = {"html": False, "breaks": True, "linkify": False}
    return MarkdownIt("commonmark", options).enable("table").disable(OFF)


@lru_cache(maxsize=4096)
def shown(text: str) -> Markup:
    """A text as HTML in which nothing that was typed is HTML."""
    return Markup(_reader().render(text))  # noqa: S704 - the parser escapes what was typed


def escaped(text: str) -> str:
    """A plain text as Markdown that shows just this: what came out of a word processor means no mark."""
    marked = "".join(f"\\{letter}" if letter in ESCAPED else letter for letter in text)
    return "\n".join(_line(line) for line in marked.split("\n"))


def _line(line: str) -> str:
    """No list where somebody wrote a dash or a plus first; 1. stays a list, as it reads the same."""
    begins = line.lstrip()
    return line[: len(line) - len(begins)] + "\\" + begins if begins[:1] in ("-", "+", "=") else line
