"""A school with cases, and its purchases."""

from tests.cases.conftest import school as school
