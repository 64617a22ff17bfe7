"""Addresses: where a request came to, and where an answer may lead."""

from urllib.parse import urlsplit, urlunsplit

from flask import request


def in_office() -> bool:
    """Whether the request came to an office door."""
    return (request.endpoint or "").startswith("office.")


def safe_next(target: str | None, fallback: str) -> str:
    """A relative address to go on to; anything that could lead elsewhere gives the fallback."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return fallback
    if any(ord(character) < 32 or character == "\\" for character in target):
        return fallback
    return target


def relative(url: str) -> str:
    """An address of ours without its host."""
    parts = urlsplit(url)
    return urlunsplit(("", "", "/" + parts.path.lstrip("/"), parts.query, ""))
