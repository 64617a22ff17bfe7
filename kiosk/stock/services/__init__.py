"""Writes of the store: drawn from sheets, issued, brought in, counted."""

from kiosk.stock.services.counts import begin_count as begin_count
from kiosk.stock.services.counts import close_count as close_count
from kiosk.stock.services.counts import save_count as save_count
from kiosk.stock.services.counts import send_back as send_back
from kiosk.stock.services.counts import sign_count as sign_count
from kiosk.stock.services.drawing import follow as follow
from kiosk.stock.services.forms import Wanted as Wanted
from kiosk.stock.services.forms import confirm as confirm
from kiosk.stock.services.forms import digest_of as digest_of
from kiosk.stock.services.forms import give_back as give_back
from kiosk.stock.services.forms import issue as issue
from kiosk.stock.services.forms import note_expiry as note_expiry
from kiosk.stock.services.forms import open_stock as open_stock
from kiosk.stock.services.papers import LACKS as LACKS
from kiosk.stock.services.papers import NEW as NEW
from kiosk.stock.services.papers import OTHER as OTHER
from kiosk.stock.services.papers import THERE as THERE
from kiosk.stock.services.papers import Brought as Brought
from kiosk.stock.services.papers import Outlook as Outlook
from kiosk.stock.services.papers import bring_in as bring_in
from kiosk.stock.services.papers import outlook as outlook
