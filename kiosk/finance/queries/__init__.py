"""What is read of fees."""

from kiosk.finance.queries.agency import Agency as Agency
from kiosk.finance.queries.agency import Closed as Closed
from kiosk.finance.queries.agency import agency_of as agency_of
from kiosk.finance.queries.agency import unclosed as unclosed
from kiosk.finance.queries.canteens import Account as Account
from kiosk.finance.queries.canteens import TermAccount as TermAccount
from kiosk.finance.queries.canteens import account_before as account_before
from kiosk.finance.queries.canteens import accounts_of as accounts_of
from kiosk.finance.queries.fees import Fee as Fee
from kiosk.finance.queries.fees import Fees as Fees
from kiosk.finance.queries.fees import collection as collection
from kiosk.finance.queries.fees import collections as collections
from kiosk.finance.queries.fees import fees_of as fees_of
from kiosk.finance.queries.fees import last_mark as last_mark
from kiosk.finance.queries.fees import missing as missing
from kiosk.finance.queries.fees import names_of as names_of
from kiosk.finance.queries.terms import period_of as period_of
from kiosk.finance.queries.terms import shown_term as shown_term
