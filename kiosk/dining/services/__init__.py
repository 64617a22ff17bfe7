"""Writes of shared meals."""

from kiosk.dining.services.parents import VISITOR as VISITOR
from kiosk.dining.services.parents import call_off as call_off
from kiosk.dining.services.parents import cancel as cancel
from kiosk.dining.services.parents import erase_names as erase_names
from kiosk.dining.services.parents import fresh_code as fresh_code
from kiosk.dining.services.parents import open_day as open_day
from kiosk.dining.services.parents import register as register
from kiosk.dining.services.roster import TurnTaken as TurnTaken
from kiosk.dining.services.roster import answer_swap as answer_swap
from kiosk.dining.services.roster import ask_to_swap as ask_to_swap
from kiosk.dining.services.roster import let_go as let_go
from kiosk.dining.services.roster import name_leader as name_leader
from kiosk.dining.services.roster import note_away as note_away
from kiosk.dining.services.roster import set_turns as set_turns
from kiosk.dining.services.table import NoLeader as NoLeader
from kiosk.dining.services.table import OtherWords as OtherWords
from kiosk.dining.services.table import open_concern as open_concern
from kiosk.dining.services.table import write as write
from kiosk.dining.services.table import write_as_parent as write_as_parent
