"""A school with cases, and its purchases."""

from tests.cases.conftest import origin as origin
from tests.cases.conftest import school as school
