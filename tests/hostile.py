"""Texts that try to break out of where they are shown."""

from __future__ import annotations

HOSTILE = (
    "</script><script>document.title='owned'</script>",
    '<img src=x onerror="document.title=1">',
    "<!--<script>",
    "\u2028\u2029<svg onload=alert(1)>",
    "\x00\ud800 \u202e live \U0001f468\U0001f3fb\u200d\U0001f692",
    "javascript:alert(1)",
    "{{constructor.constructor('alert(1)')()}} ${alert(1)}",
)
