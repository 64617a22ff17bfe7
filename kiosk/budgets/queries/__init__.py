"""Reads of the budget."""

from kiosk.budgets.queries.asked import Wish as Wish
from kiosk.budgets.queries.asked import exceptions as exceptions
from kiosk.budgets.queries.asked import transfers as transfers
from kiosk.budgets.queries.asked import wish as wish
from kiosk.budgets.queries.positions import Position as Position
from kiosk.budgets.queries.positions import committed as committed
from kiosk.budgets.queries.positions import committed_on as committed_on
from kiosk.budgets.queries.positions import line as line
from kiosk.budgets.queries.positions import lines_for as lines_for
from kiosk.budgets.queries.positions import position as position
from kiosk.budgets.queries.positions import positions as positions
from kiosk.budgets.queries.positions import row_of as row_of
from kiosk.budgets.queries.positions import spent_on as spent_on
from kiosk.budgets.queries.versions import content as content
from kiosk.budgets.queries.versions import in_force as in_force
from kiosk.budgets.queries.versions import on_its_way as on_its_way
from kiosk.budgets.queries.versions import shown_term as shown_term
from kiosk.budgets.queries.versions import term_name as term_name
from kiosk.budgets.queries.versions import term_on as term_on
from kiosk.budgets.queries.versions import version as version
from kiosk.budgets.queries.versions import versions as versions
