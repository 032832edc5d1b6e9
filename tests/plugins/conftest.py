"""The stranger's own tests run in a process of their own, where its package is installed."""

from __future__ import annotations

collect_ignore_glob = ["stranger/*/tests"]
