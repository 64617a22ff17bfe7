"""What is done with cases: a verb each, by whoever may, once; each leaves a step and an entry in the record.

`seen` is the revision of the case that was looked at; without it the case as it stands is meant.
"""

from kiosk.cases.refusals import Changed as Changed
from kiosk.cases.refusals import Held as Held
from kiosk.cases.refusals import Involved as Involved
from kiosk.cases.refusals import Masked as Masked
from kiosk.cases.refusals import NotYours as NotYours
from kiosk.cases.refusals import OpenedOnly as OpenedOnly
from kiosk.cases.refusals import Unanswered as Unanswered
from kiosk.cases.refusals import WrongState as WrongState
from kiosk.cases.services.answering import answer as answer
from kiosk.cases.services.answering import close as close
from kiosk.cases.services.answering import commend as commend
from kiosk.cases.services.answering import correct as correct
from kiosk.cases.services.answering import decide as decide
from kiosk.cases.services.answering import note as note
from kiosk.cases.services.answering import plan as plan
from kiosk.cases.services.answering import release as release
from kiosk.cases.services.answering import reopen as reopen
from kiosk.cases.services.answering import reply as reply
from kiosk.cases.services.answering import resume as resume
from kiosk.cases.services.answering import tell as tell
from kiosk.cases.services.answering import wait as wait
from kiosk.cases.services.asking import ASKER as ASKER
from kiosk.cases.services.asking import Asked as Asked
from kiosk.cases.services.asking import add as add
from kiosk.cases.services.asking import ask as ask
from kiosk.cases.services.asking import judge as judge
from kiosk.cases.services.asking import lacking as lacking
from kiosk.cases.services.asking import open_answer as open_answer
from kiosk.cases.services.asking import withdraw as withdraw
from kiosk.cases.services.clockwork import close_settled as close_settled
from kiosk.cases.services.clockwork import hung as hung
from kiosk.cases.services.clockwork import move_with_calendar as move_with_calendar
from kiosk.cases.services.clockwork import settled as settled
from kiosk.cases.services.clockwork import tell_hung as tell_hung
from kiosk.cases.services.handing import accept as accept
from kiosk.cases.services.handing import acknowledge as acknowledge
from kiosk.cases.services.handing import assign as assign
from kiosk.cases.services.handing import classify as classify
from kiosk.cases.services.handing import offer as offer
from kiosk.cases.services.handing import refuse as refuse
from kiosk.cases.services.opening import join as join
from kiosk.cases.services.opening import open_case as open_case
from kiosk.cases.services.opening import take_down as take_down
from kiosk.cases.services.steps import subject_of as subject_of
