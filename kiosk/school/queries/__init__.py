"""What is read of the school: settings, local time and meals, terms and school days, what is due when."""

from kiosk.school.queries.days import exceptions as exceptions
from kiosk.school.queries.days import is_school_day as is_school_day
from kiosk.school.queries.days import school_days as school_days
from kiosk.school.queries.days import term as term
from kiosk.school.queries.days import terms as terms
from kiosk.school.queries.due import Due as Due
from kiosk.school.queries.due import due as due
from kiosk.school.queries.hours import BETWEEN as BETWEEN
from kiosk.school.queries.hours import local as local
from kiosk.school.queries.hours import meal as meal
from kiosk.school.queries.hours import meal_at as meal_at
from kiosk.school.queries.hours import meal_code_at as meal_code_at
from kiosk.school.queries.hours import meal_ends as meal_ends
from kiosk.school.queries.hours import meals as meals
from kiosk.school.queries.hours import new_meal_code as new_meal_code
from kiosk.school.queries.hours import now as now
from kiosk.school.queries.hours import parse_time as parse_time
from kiosk.school.queries.hours import today as today
from kiosk.school.queries.hours import zone as zone
from kiosk.school.queries.values import Misfit as Misfit
from kiosk.school.queries.values import in_use as in_use
from kiosk.school.queries.values import misfits as misfits
from kiosk.school.queries.values import settings as settings
from kiosk.school.queries.values import use_settings as use_settings
