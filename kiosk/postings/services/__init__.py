"""Writes of postings: drafts, what is proposed and posted, and what is withdrawn."""

from kiosk.postings.services.approvals import propose as propose
from kiosk.postings.services.drafts import Stale as Stale
from kiosk.postings.services.drafts import begun_twice as begun_twice
from kiosk.postings.services.drafts import discard as discard
from kiosk.postings.services.drafts import save_draft as save_draft
from kiosk.postings.services.drafts import start as start
from kiosk.postings.services.drafts import start_correction as start_correction
from kiosk.postings.services.duties import name_post as name_post
from kiosk.postings.services.duties import name_posts as name_posts
from kiosk.postings.services.files import bring_in as bring_in
from kiosk.postings.services.files import forget_file as forget_file
from kiosk.postings.services.files import keep_file as keep_file
from kiosk.postings.services.files import new_rows as new_rows
from kiosk.postings.services.posting import ladder as ladder
from kiosk.postings.services.posting import post as post
from kiosk.postings.services.posting import withdraw as withdraw
from kiosk.postings.services.questions import ASKER as ASKER
from kiosk.postings.services.questions import Closed as Closed
from kiosk.postings.services.questions import Handed as Handed
from kiosk.postings.services.questions import ask as ask
from kiosk.postings.services.questions import end_window as end_window
from kiosk.postings.services.questions import take_turns as take_turns
from kiosk.postings.services.readiness import WHY as WHY
from kiosk.postings.services.readiness import Unready as Unready
from kiosk.postings.services.readiness import unready as unready
