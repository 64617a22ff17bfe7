"""The name of a tender in the world's open contracting data."""

from kiosk.school import queries as school
from kiosk.school.settings import INSTANCE_ID
from kiosk.tenders.settings import OCID_PREFIX


def ocid_prefix() -> str:
    """What every ocid of this school begins with: the registered prefix, else one of its own."""
    values = school.settings()
    return values[OCID_PREFIX] or f"school-{values[INSTANCE_ID].replace('-', '')[:8]}"
