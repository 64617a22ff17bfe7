"""What the record says of the folder."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Words

WORDS = Words(
    subjects={"folder": lazy("Inspector's folder")},
    actions={
        "folder.exported": lazy("Inspector's folder made"),
        "folder.form_set": lazy("Columns of the bureau's form set"),
    },
    fields={"period": lazy("Of"), "columns": lazy("Columns")},
    plain=frozenset({"period"}),
)
