"""Writes of the kitchen."""

from kiosk.kitchen.services.control import control as control
from kiosk.kitchen.services.control import set_list as set_list
from kiosk.kitchen.services.control import take_list as take_list
from kiosk.kitchen.services.goods import note_goods as note_goods
from kiosk.kitchen.services.goods import settle_goods as settle_goods
from kiosk.kitchen.services.health import Unwell as Unwell
from kiosk.kitchen.services.health import add_worker as add_worker
from kiosk.kitchen.services.health import check as check
from kiosk.kitchen.services.health import remove_worker as remove_worker
from kiosk.kitchen.services.health import see_certificates as see_certificates
from kiosk.kitchen.services.posts import name_posts as name_posts
from kiosk.kitchen.services.reviews import RIGHTS as RIGHTS
from kiosk.kitchen.services.reviews import Decision as Decision
from kiosk.kitchen.services.reviews import TooEarly as TooEarly
from kiosk.kitchen.services.reviews import sign as sign
from kiosk.kitchen.services.samples import Gone as Gone
from kiosk.kitchen.services.samples import Held as Held
from kiosk.kitchen.services.samples import Kept as Kept
from kiosk.kitchen.services.samples import at as at
from kiosk.kitchen.services.samples import hold as hold
from kiosk.kitchen.services.samples import keep as keep
from kiosk.kitchen.services.samples import release as release
from kiosk.kitchen.services.samples import throw_away as throw_away
from kiosk.kitchen.services.samples import void as void
