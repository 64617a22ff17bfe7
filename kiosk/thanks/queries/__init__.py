"""What is read of what became of things said, and of thanks."""

from kiosk.thanks.queries.done import DAYS as DAYS
from kiosk.thanks.queries.done import Done as Done
from kiosk.thanks.queries.done import done as done
from kiosk.thanks.queries.done import nearest as nearest
