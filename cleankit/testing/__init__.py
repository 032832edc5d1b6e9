"""The conformance kit: the checks that cleankit runs on itself, for plugin authors."""

from __future__ import annotations

from cleankit.testing._proof import Finding, check_pool, check_rule

__all__ = ["Finding", "check_pool", "check_rule"]
