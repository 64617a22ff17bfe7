"""Reads of the people of logistics, their teams and posts."""

from kiosk.staff.queries.naming import named as named
from kiosk.staff.queries.naming import naming as naming
from kiosk.staff.queries.portraits import portrait as portrait
from kiosk.staff.queries.portraits import portraits as portraits
from kiosk.staff.queries.portraits import portraits_token as portraits_token
from kiosk.staff.queries.posts import answerable as answerable
from kiosk.staff.queries.posts import day_of as day_of
from kiosk.staff.queries.posts import first_day as first_day
from kiosk.staff.queries.posts import holder as holder
from kiosk.staff.queries.posts import is_over as is_over
from kiosk.staff.queries.posts import last_year as last_year
from kiosk.staff.queries.posts import post as post
from kiosk.staff.queries.posts import posts as posts
from kiosk.staff.queries.posts import posts_of as posts_of
from kiosk.staff.queries.posts import responsible as responsible
from kiosk.staff.queries.posts import same_post as same_post
from kiosk.staff.queries.posts import school_year as school_year
from kiosk.staff.queries.posts import stands as stands
from kiosk.staff.queries.posts import team as team
from kiosk.staff.queries.posts import teams as teams
from kiosk.staff.queries.posts import vacant as vacant
from kiosk.staff.queries.posts import without_post as without_post
from kiosk.staff.queries.posts import year_in_force as year_in_force
from kiosk.staff.queries.posts import years as years
