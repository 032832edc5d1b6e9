"""How hypothesis runs: the same examples each time, no deadline (the machine may be busy)."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "cleankit", deadline=None, derandomize=True, database=None, print_blob=False, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.load_profile("cleankit")
