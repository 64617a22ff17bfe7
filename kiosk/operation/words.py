"""What the record's codes of this room are called when people read them."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Words

WORDS = Words(
    subjects={
        "operation": lazy("Operation"),
    },
    actions={
        "operation.asked": lazy("Run requested"),
        "retention.erased": lazy("Old data erased"),
        "stored.exported": lazy("Audit export taken"),
    },
    fields={
        "visitors": lazy("Marks of visitors"),
        "passes": lazy("Used slips and codes"),
        "sign_ins": lazy("Sign-ins that are over"),
        "enrol_codes": lazy("Enrolment codes"),
        "refused": lazy("Refused ratings of tablets"),
        "imports": lazy("Files never confirmed"),
    },
)
