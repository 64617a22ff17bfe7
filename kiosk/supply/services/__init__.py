"""Writes of plans, orders and acceptances."""

from kiosk.supply.services.acceptances import Weighed as Weighed
from kiosk.supply.services.acceptances import Wrong as Wrong
from kiosk.supply.services.acceptances import confirm as confirm
from kiosk.supply.services.acceptances import weigh as weigh
from kiosk.supply.services.plans import LADDER as LADDER
from kiosk.supply.services.plans import begin_plan as begin_plan
from kiosk.supply.services.plans import change_plan as change_plan
from kiosk.supply.services.plans import close_plan as close_plan
from kiosk.supply.services.plans import propose_plan as propose_plan
from kiosk.supply.services.plans import title_of_plan as title_of_plan
from kiosk.supply.services.plans import withdraw_plan as withdraw_plan
from kiosk.supply.services.purchases import Wanted as Wanted
from kiosk.supply.services.purchases import buy as buy
from kiosk.supply.services.purchases import cancel as cancel
from kiosk.supply.services.sheets import take_as_bought as take_as_bought
