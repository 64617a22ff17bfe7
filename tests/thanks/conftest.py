"""The school that uses cases."""

from tests.cases.conftest import desk, school

__all__ = ["desk", "school"]
