"""What others wrote lies here as they published it, with its licence."""

import hashlib
import re
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "static/vendor"


def test_every_file_is_the_published_one_and_has_its_licence() -> None:
    rows = re.findall(
        r"^\| ([\w.-]+) \| .* \| [^|]*?([\w.]+LICENSE[\w.]*) \| ([0-9a-f]{64}) \|$",
        (FOLDER / "README.md").read_text("utf-8"),
        re.MULTILINE,
    )
    named = {name for name, licence, _ in rows} | {licence for _, licence, _ in rows} | {"README.md"}
    assert named == {path.name for path in FOLDER.iterdir()}
    for name, _, fingerprint in rows:
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == fingerprint
