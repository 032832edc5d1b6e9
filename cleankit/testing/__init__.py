"""The conformance kit: the checks that cleankit runs on itself, for authors of rules and plugins.

Every check is a function that gives a list of findings: the law broken, the smallest text that shows it, what to do.
`assert_none(check_plugin("mine"))` makes a test of it. `cleankit.testing.strategies` holds the Hypothesis strategies and is
the only part that needs hypothesis.
"""

from __future__ import annotations

from cleankit.testing._debris import Body, Debris, Woven, debris_of, weave
from cleankit.testing._kit import (
    Case,
    assert_none,
    broken_laws,
    cases,
    cases_in,
    check_cleaner,
    check_plugin,
    check_python_rule,
    document,
)
from cleankit.testing._proof import Finding, check_pool, check_rule

__all__ = [
    "Body", "Case", "Debris", "Finding", "Woven", "assert_none", "broken_laws", "cases", "cases_in", "check_cleaner", "check_plugin",
    "check_pool", "check_python_rule", "check_rule", "debris_of", "document", "weave",
]  # fmt: skip
