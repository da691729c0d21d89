"""Tokens in cookies, for pages that must not be able to read them.

The cookies have the prefix `__Host-`: only this host sets and gets them, over TLS (or localhost).
A request that changes something and authenticates by a cookie must show that our own page sent
it. It shows that by the `Origin`, which browsers add and pages cannot set, and by a token that
only our page gets (NIST SP 800-63B-4 section 5.1.1).
"""

import hmac
from collections.abc import Collection

import azure.functions as func
from werkzeug.datastructures import Headers

from shared.errors import CsrfRefused
from shared.relying_party.sessions.token_issuer import Tokens

ACCESS = "__Host-touchstone-access"
REFRESH = "__Host-touchstone-refresh"
CSRF_HEADER = "X-CSRF-Token"
_WHERE = "It is the csrfToken in the answers of the sign-in and of GET /me."


def read_cookie(req: func.HttpRequest, name: str) -> str | None:
    """http.cookies is not used: one malformed cookie of another application makes it drop all."""
    for pair in req.headers.get("cookie", "").split(";"):
        found, _, value = pair.strip().partition("=")
        if found == name:
            return str(value)
    return None


def write_cookie(name: str, value: str, seconds: int, *, same_site: str = "Strict") -> str:
    return f"{name}={value}; Max-Age={seconds}; Path=/; Secure; HttpOnly; SameSite={same_site}"


def token_cookies(tokens: Tokens) -> Headers:
    headers = Headers()
    headers.add("Set-Cookie", write_cookie(ACCESS, tokens.access_token, tokens.expires_in))
    headers.add(
        "Set-Cookie", write_cookie(REFRESH, tokens.refresh_token, tokens.refresh_expires_in)
    )
    return headers


def expired_cookies() -> Headers:
    headers = Headers()
    for name in (ACCESS, REFRESH):
        headers.add("Set-Cookie", write_cookie(name, "", 0))
    return headers


def require_same_origin(req: func.HttpRequest, *, origins: Collection[str]) -> None:
    """Raise CsrfRefused unless one of the relying party's own pages sent this."""
    origin = req.headers.get("origin")
    if origin is None:
        raise CsrfRefused(
            "Origin is missing. Browsers add it to every request that can change something."
        )
    if origin not in origins:
        raise CsrfRefused("Origin is not one of this service's own.")
    if req.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise CsrfRefused("Sec-Fetch-Site says that another site sent it.")


def has_csrf_token(req: func.HttpRequest) -> bool:
    """Whether a CSRF token was sent, which shows that the cookie is intended. It is not checked."""
    return CSRF_HEADER.lower() in req.headers


def read_csrf_token(req: func.HttpRequest) -> str:
    sent: str = req.headers.get(CSRF_HEADER.lower(), "")
    if not sent:
        raise CsrfRefused(f"{CSRF_HEADER} is missing. {_WHERE}")
    return sent


def require_csrf_token(sent: str, expected: str) -> None:
    if not hmac.compare_digest(sent.encode(), expected.encode()):
        raise CsrfRefused(f"{CSRF_HEADER} is not the one of this session. {_WHERE}")
