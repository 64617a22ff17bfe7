"""Writes of payments, and what they refuse."""

from kiosk.payments.refusals import Changed as Changed
from kiosk.payments.refusals import Exceeds as Exceeds
from kiosk.payments.refusals import InTheChain as InTheChain
from kiosk.payments.refusals import SameInvoice as SameInvoice
from kiosk.payments.refusals import SheetChanged as SheetChanged
from kiosk.payments.refusals import TooMuch as TooMuch
from kiosk.payments.refusals import TooMuchOfSheet as TooMuchOfSheet
from kiosk.payments.services.asking import Picked as Picked
from kiosk.payments.services.asking import Voucher as Voucher
from kiosk.payments.services.asking import Wish as Wish
from kiosk.payments.services.asking import ask as ask
from kiosk.payments.services.asking import change as change
from kiosk.payments.services.asking import take_back as take_back
from kiosk.payments.services.content import content_of as content_of
from kiosk.payments.services.deciding import LADDER as LADDER
from kiosk.payments.services.deciding import warning as warning
from kiosk.payments.services.money import are_committed as are_committed
from kiosk.payments.services.money import budget_line_of as budget_line_of
from kiosk.payments.services.money import budget_lines as budget_lines
from kiosk.payments.services.monthly import SPENDING as SPENDING
from kiosk.payments.services.monthly import Compared as Compared
from kiosk.payments.services.monthly import compared as compared
from kiosk.payments.services.paying import enter as enter
from kiosk.payments.services.paying import pay as pay
