"""What is done with lists, and with what was found."""

from kiosk.core.errors import OtherContent as OtherContent
from kiosk.inspections.services.checking import Answer as Answer
from kiosk.inspections.services.checking import Filled as Filled
from kiosk.inspections.services.checking import fill as fill
from kiosk.inspections.services.checking import nothing_found as nothing_found
from kiosk.inspections.services.checklists import ListChanged as ListChanged
from kiosk.inspections.services.checklists import change_checklist as change_checklist
from kiosk.inspections.services.checklists import give_up_checklist as give_up_checklist
from kiosk.inspections.services.checklists import make_checklist as make_checklist
from kiosk.inspections.services.findings import Found as Found
from kiosk.inspections.services.findings import MendedIt as MendedIt
from kiosk.inspections.services.findings import NotYours as NotYours
from kiosk.inspections.services.findings import begin as begin
from kiosk.inspections.services.findings import mend as mend
from kiosk.inspections.services.findings import still as still
from kiosk.inspections.services.findings import verify as verify
from kiosk.inspections.services.plans import change_plan as change_plan
from kiosk.inspections.services.plans import give_up_plan as give_up_plan
from kiosk.inspections.services.plans import make_plan as make_plan
from kiosk.inspections.services.rounds import NOWHERE as NOWHERE
from kiosk.inspections.services.rounds import CheckIn as CheckIn
from kiosk.inspections.services.rounds import HandedIn as HandedIn
from kiosk.inspections.services.rounds import Voice as Voice
from kiosk.inspections.services.rounds import hand_in as hand_in
