"""Writes of the people of logistics, their teams and posts."""

from kiosk.staff.services.holding import appoint as appoint
from kiosk.staff.services.holding import vacate as vacate
from kiosk.staff.services.naming import agree_to_be_named as agree_to_be_named
from kiosk.staff.services.naming import withdraw_naming as withdraw_naming
from kiosk.staff.services.people import save_person as save_person
from kiosk.staff.services.people import show_portrait as show_portrait
from kiosk.staff.services.people import withdraw_portrait as withdraw_portrait
from kiosk.staff.services.posts import add_post as add_post
from kiosk.staff.services.posts import add_team as add_team
from kiosk.staff.services.posts import change_post as change_post
from kiosk.staff.services.posts import change_team as change_team
from kiosk.staff.services.posts import close_post as close_post
from kiosk.staff.services.years import begin_year as begin_year
