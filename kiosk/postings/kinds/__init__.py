"""The kinds that the wall has of its own: one declaration each, a file each; other rooms hand in theirs."""

from kiosk.postings.kinds.bulk import BULK
from kiosk.postings.kinds.inquiry import INQUIRY
from kiosk.postings.kinds.materials import MATERIALS
from kiosk.postings.kinds.menu import MENU
from kiosk.postings.kinds.notice import NOTICE
from kiosk.postings.kinds.spending import SPENDING
from kiosk.postings.kinds.suppliers import SUPPLIERS

KINDS = (SPENDING, MENU, MATERIALS, BULK, INQUIRY, SUPPLIERS, NOTICE)
"""In the order in which the board and the pages name them."""
