"""How hypothesis runs: the same examples each time, no deadline (the machine may be busy). And the browser, for all that need it."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.browser import browser

__all__ = ["browser"]

settings.register_profile(
    "cleankit", deadline=None, derandomize=True, database=None, print_blob=False, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.load_profile("cleankit")
