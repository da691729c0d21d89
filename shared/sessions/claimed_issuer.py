"""The issuer that a token names, before it is verified."""

from shared import base64url
from shared.json_shape import parse_object

_PARTS = 3


def said_issuer(token: str) -> str | None:
    """None if it is not a signed JWT, or names no issuer."""
    parts = token.split(".")
    if len(parts) != _PARTS:
        return None
    try:
        issuer = parse_object(base64url.decode(parts[1])).get("iss")
    except ValueError:
        return None
    return issuer if isinstance(issuer, str) else None
