"""Cross-origin access: exactly the origins of the relying party, and no others.

Access-Control-Allow-Credentials is never sent, so cookies are not used across origins: a page of
another origin sends a token that it was given. Public documents can be read from every origin.
"""

from collections.abc import Collection

import azure.functions as func

MAX_AGE_SECONDS = 600
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_HEADERS = ("Authorization", "Content-Type", "DPoP", "If-Match")
_EXPOSED = (
    "DPoP-Nonce",
    "ETag",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "WWW-Authenticate",
)


def headers(req: func.HttpRequest, *, origins: Collection[str]) -> dict[str, str]:
    # A shared cache must not give one origin's answer to another, allowed or not.
    vary = {"Vary": "Origin"}
    origin = req.headers.get("origin")
    if origin is None or origin not in origins:
        return vary
    return vary | _readable_by(origin)


def public_headers(_req: func.HttpRequest) -> dict[str, str]:
    """For public documents, and for errors in their place."""
    return _readable_by("*")


def _readable_by(origin: str) -> dict[str, str]:
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": ", ".join(_EXPOSED),
    }


def preflight_headers(req: func.HttpRequest, *, origins: Collection[str]) -> dict[str, str]:
    allowed = headers(req, origins=origins)
    if "Access-Control-Allow-Origin" not in allowed:
        return allowed
    return allowed | {
        "Access-Control-Allow-Methods": ", ".join(_METHODS),
        "Access-Control-Allow-Headers": ", ".join(_HEADERS),
        "Access-Control-Max-Age": str(MAX_AGE_SECONDS),
    }
