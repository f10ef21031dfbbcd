"""The real browser and the running product, for faults that only they can meet."""

from tests.e2e.conftest import browser, troubles, visitor

__all__ = ["browser", "troubles", "visitor"]
