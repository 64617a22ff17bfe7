"""Writes of the finance room."""

from kiosk.finance.services.closing import NotThere as NotThere
from kiosk.finance.services.closing import ToRefund as ToRefund
from kiosk.finance.services.closing import close as close
from kiosk.finance.services.collecting import NotPosted as NotPosted
from kiosk.finance.services.collecting import collect as collect
from kiosk.finance.services.collecting import take_back as take_back
from kiosk.finance.services.naming import say as say
