"""Style sheets, scripts and pictures: small, in few answers, cached for ever under their hash."""

import hashlib
import mimetypes
import re
from collections.abc import Iterable
from pathlib import Path

import rcssmin
import rjsmin
from flask import Flask, Response, request, url_for

from kiosk.core.config import ROOT
from kiosk.core.errors import NotFound
from kiosk.core.recent import Recent

MOST_KNOWN = 200
"""Hashes and bundles that a process remembers: a request may name any files in any order."""
BUNDLED = re.compile(r"(css|js)/([a-z0-9_]+(?:/[a-z0-9_]+)*(?:\+[a-z0-9_]+(?:/[a-z0-9_]+)*)*)\.\1")
VENDOR = "vendor"
"""The folder of static/ with what others wrote; it is served as they published it."""


def _short_hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:10]


def bundle_files(names: str) -> list[Path]:
    """The files in static/ that a bundle named like `css/tokens+tablet.css` stands for, or NotFound."""
    match = BUNDLED.fullmatch(names)
    if match is None:
        raise NotFound
    kind = match[1]
    parts = [(name if name.startswith(f"{VENDOR}/") else f"{kind}/{name}") for name in match[2].split("+")]
    files = [ROOT / "static" / f"{part}.{kind}" for part in parts]
    if not all(file.is_file() for file in files):
        raise NotFound
    return files


def _small(file: Path) -> str:
    """A file without comments and the spaces it can do without; what others wrote keeps its licence."""
    text = file.read_text("utf-8")
    if file.parent.name == VENDOR:
        return text
    return str(rjsmin.jsmin(text) if file.suffix == ".js" else rcssmin.cssmin(text))


def _bundled(files: Iterable[Path]) -> tuple[str, str]:
    """The files one after the other, made small, and the hash of that."""
    text = "".join(f"{_small(file).strip()}\n" for file in files)
    return text, _short_hash(text.encode())


_hashes: Recent[str] = Recent(MOST_KNOWN)
_bundles: Recent[tuple[str, str]] = Recent(MOST_KNOWN)


def _state(files: Iterable[Path]) -> tuple[tuple[Path, float], ...]:
    """The files, each with the time of its last change."""
    return tuple((file, file.stat().st_mtime) for file in files)


def _bundle_of(names: str) -> tuple[str, str]:
    files = bundle_files(names)
    return _bundles.of(_state(files), lambda: _bundled(files))


def asset(name: str) -> str:
    """The address of a file in static/, with a hash of its content, so that it may be cached for ever."""
    file = ROOT / "static" / name
    tag = _hashes.of(_state([file]), lambda: _short_hash(file.read_bytes()))
    return url_for("static", filename=name, v=tag)


def asset_bundle(names: str) -> str:
    """The address of several files of static/ in one answer: `css/tokens+tablet.css`, with their hash."""
    return url_for("bundle", names=names, v=_bundle_of(names)[1])


def bundle(names: str) -> Response:
    """Several style sheets or scripts in one answer: a page on a slow line should ask only three times."""
    text, _hash = _bundle_of(names)
    answer = Response(text, mimetype=mimetypes.types_map[f".{names.rsplit('.', 1)[1]}"])
    if "v" in request.args:
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


def install(app: Flask) -> None:
    """Give an app its bundles, and its templates their addresses."""
    app.add_url_rule("/bundle/<path:names>", "bundle", bundle)
    app.jinja_env.globals.update(asset=asset, asset_bundle=asset_bundle)
