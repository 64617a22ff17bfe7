"""What the folder tells of the record: how everybody compares it."""

from kiosk.core.i18n import _


def how_to_compare(newest: str) -> list[str]:
    """The lines above the heads; `newest` is the newest entry that the folder rests on."""
    return [
        _(
            "Every posting stands in the school's record by its hash, and each entry of the record carries "
            "the hash of the one before, so that nothing can be changed afterwards unnoticed."
        ),
        "",
        "1. "
        + _(
            "Are these files what was posted? In this folder: sha256sum -c sha256sums.txt "
            "(macOS: shasum -a 256 -c sha256sums.txt; Windows: certutil -hashfile FILE SHA256)."
        ),
        "2. "
        + _(
            "Is it what the record holds? Below stand the entry with its head, the posting with its version, "
            "and the same sum. Compare any head at /record on the school's server, or with the one on an "
            "old poster."
        ),
        "3. " + _("Whoever trusts no server verifies the whole record: docs/record.md and docs/verify.py."),
        "",
        _("Newest entry that this folder rests on: %(head)s", head=newest),
    ]
