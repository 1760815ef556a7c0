"""Who may ask: this machine's own browser, by an address that holds the token, and from the form's own pages."""

from __future__ import annotations

import hmac

from werkzeug.exceptions import Forbidden, HTTPException
from werkzeug.wrappers import Request, Response

HOST = "127.0.0.1"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
        "trusted-types 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def check_request(request: Request, port: int, token: str) -> str:
    """Let a request pass, and give the path after the token.

    Raises
    ------
    Forbidden
        For another host (a name that was bent to this machine), another origin, or without the token.
    """
    own = f"{HOST}:{port}"
    if request.headers.get("Host") != own:
        raise Forbidden("This form answers to its own address only.")
    origin = request.headers.get("Origin")
    if origin not in (None, f"http://{own}") or (request.method != "GET" and origin is None):
        raise Forbidden("A page from elsewhere may not ask this form.")
    followed = request.method == "GET" and request.headers.get("Sec-Fetch-Mode") == "navigate"
    site = request.headers.get("Sec-Fetch-Site", "none")
    if site not in ("none", "same-origin") and not followed:
        raise Forbidden("A page from elsewhere may not ask this form.")
    given, _, path = request.path.removeprefix("/").partition("/")
    if not hmac.compare_digest(given.encode(), token.encode()):
        raise Forbidden("The address lacks the token that make code printed.")
    return f"/{path}"


def guarded(response: Response | HTTPException) -> Response | HTTPException:
    """Put the headers on that every answer has."""
    for name, value in HEADERS.items():
        response.headers[name] = value  # type: ignore[union-attr]  # the application hands over answers alone
    return response
