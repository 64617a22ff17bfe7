"""What is written of accountability: what the clock does, and what people state and decide."""

from kiosk.accountability.services.clockwork import advance as advance
from kiosk.accountability.services.clockwork import confirm as confirm
from kiosk.accountability.services.clockwork import is_behind as is_behind
from kiosk.accountability.services.clockwork import move_with_calendar as move_with_calendar
from kiosk.accountability.services.deciding import decide as decide
from kiosk.accountability.services.deciding import state as state
