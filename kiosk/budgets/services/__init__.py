"""Writes of the budget, and what they refuse."""

from kiosk.budgets.refusals import Earmarked as Earmarked
from kiosk.budgets.refusals import NothingCommitted as NothingCommitted
from kiosk.budgets.refusals import NotInForce as NotInForce
from kiosk.budgets.refusals import Overspent as Overspent
from kiosk.budgets.refusals import Stale as Stale
from kiosk.budgets.refusals import TooLittle as TooLittle
from kiosk.budgets.refusals import WrongClass as WrongClass
from kiosk.budgets.services.moves import commit as commit
from kiosk.budgets.services.moves import refund as refund
from kiosk.budgets.services.moves import release as release
from kiosk.budgets.services.moves import replace as replace
from kiosk.budgets.services.moves import spend as spend
from kiosk.budgets.services.versions import LADDER as LADDER
from kiosk.budgets.services.versions import Typed as Typed
from kiosk.budgets.services.versions import begin as begin
from kiosk.budgets.services.versions import content_of as content_of
from kiosk.budgets.services.versions import drop as drop
from kiosk.budgets.services.versions import propose as propose
from kiosk.budgets.services.versions import save as save
