"""Cross-origin access: exactly the origins of the relying party, and no others."""

import azure.functions as func

from shared import wiring

MAX_AGE_SECONDS = 600
_EXPOSED = ("RateLimit", "RateLimit-Policy", "Retry-After", "WWW-Authenticate")


def headers(req: func.HttpRequest) -> dict[str, str]:
    # A shared cache must not give one origin's answer to another, allowed or not.
    vary = {"Vary": "Origin"}
    origin = req.headers.get("origin")
    if origin is None or origin not in wiring.settings().policy.origins:
        return vary
    return vary | {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": ", ".join(_EXPOSED),
    }


def preflight_headers(req: func.HttpRequest) -> dict[str, str]:
    allowed = headers(req)
    if "Access-Control-Allow-Origin" not in allowed:
        return allowed
    return allowed | {
        "Access-Control-Allow-Methods": "GET, POST",
        "Access-Control-Allow-Headers": "Authorization, Content-Type",
        "Access-Control-Max-Age": str(MAX_AGE_SECONDS),
    }
