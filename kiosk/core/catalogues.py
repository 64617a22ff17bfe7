"""The catalogues of texts, compiled where somebody fetched new ones without: after a bare `git pull`."""

import io
import logging
import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

FOLDER = Path(__file__).resolve().parents[1] / "translations"

log = logging.getLogger("kiosk")


def bring_up_to_date(folder: Path = FOLDER) -> None:
    """Compile every catalogue that changed since it was compiled; where that fails, the log says so."""
    for source in folder.glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        try:
            if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
                compile_catalogue(source)
        except (OSError, ValueError, PoFileError) as problem:
            log.warning("%s is newer than what is shown, new texts stay English: %s", source.name, problem)


def compile_catalogue(source: Path) -> None:
    """Put what is translated where the application reads it, whole or not at all."""
    with source.open("rb") as texts:
        catalog = read_po(texts, locale=source.parents[1].name)
    packed = io.BytesIO()
    write_mo(packed, catalog)
    part = source.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(packed.getvalue())
    part.replace(source.with_suffix(".mo"))
