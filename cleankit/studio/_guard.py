"""What stands before the application: nobody but its own page may talk to it.

It listens on loopback only, but any page in the browser can reach loopback, and a name that an attacker owns can be made to point there.
So each request has to name this machine as its host, calls have to come from the page itself, and they have to know the token.
"""

from __future__ import annotations

import json
from secrets import compare_digest
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["HEADERS", "Guard", "as_json"]

#: The longest body of a call, in bytes.
LONGEST_BODY = 8_000_000
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; frame-ancestors 'none'; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def as_json(data: Any, status: int = 200) -> Response:
    """Data as JSON in ASCII: halves of characters go through too."""
    return Response(json.dumps(data, ensure_ascii=True, separators=(",", ":")), status, media_type="application/json")


class Guard:
    """Lets through what the page itself asks, and puts the headers on every answer."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self.app, self.token = app, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        if scope["type"] != "http":
            return
        why = self._refusal(scope, Headers(scope=scope))
        app = as_json({"error": why[1]}, why[0]) if why else self.app
        await app(scope, receive, with_headers)

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        """Why a request is refused: the status and what is said."""
        if not scope["path"].startswith("/api/"):
            return None
        if scope["method"] != "POST" or headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return 405, "Calls are POST with JSON."
        if headers.get("origin", f"http://{headers.get('host', '')}") != f"http://{headers.get('host', '')}":
            return 403, "Another page may not call."
        if headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return 403, "Another page may not call."
        if not compare_digest(headers.get("x-studio-token", "").encode(), self.token.encode()):
            return 401, "The token is missing or is that of another run: open the address that cleankit studio printed."
        length = headers.get("content-length", "")
        if not length.isdigit():
            return 411, "The length is missing."
        return (413, "That is too long.") if int(length) > LONGEST_BODY else None
