"""What is read of what became of things said, and of thanks."""

from kiosk.thanks.queries.deeds import Deed as Deed
from kiosk.thanks.queries.deeds import answered_lately as answered_lately
from kiosk.thanks.queries.deeds import commendation as commendation
from kiosk.thanks.queries.deeds import commendations as commendations
from kiosk.thanks.queries.deeds import commended as commended
from kiosk.thanks.queries.deeds import deed_case as deed_case
from kiosk.thanks.queries.deeds import months as months
from kiosk.thanks.queries.deeds import posted_in as posted_in
from kiosk.thanks.queries.deeds import waiting as waiting
from kiosk.thanks.queries.done import DAYS as DAYS
from kiosk.thanks.queries.done import Done as Done
from kiosk.thanks.queries.done import done as done
from kiosk.thanks.queries.done import nearest as nearest
from kiosk.thanks.queries.words import Read as Read
from kiosk.thanks.queries.words import Thanks as Thanks
from kiosk.thanks.queries.words import begins as begins
from kiosk.thanks.queries.words import thanked as thanked
from kiosk.thanks.queries.words import thanks_by_person as thanks_by_person
from kiosk.thanks.queries.words import thanks_to as thanks_to
