"""Reading requests: the body as a JSON object, the bearer token."""

import azure.functions as func

from shared.errors import (
    ContentTooLarge,
    MalformedRequest,
    TokenInvalid,
    UnsupportedMediaType,
)
from shared.json_shape import Shape, parse_object

MAX_BODY = 64 * 1024
_MAX_TOKEN = 8192


def read_body(req: func.HttpRequest) -> Shape:
    """Raise before parsing what is too large or not said to be JSON."""
    media_type = req.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise UnsupportedMediaType("Content-Type must be application/json.")
    body = req.get_body()
    if len(body) > MAX_BODY:
        raise ContentTooLarge("The body may have 64 KiB at most.")
    try:
        return Shape(parse_object(body))
    except ValueError as error:
        raise MalformedRequest("The body must be one JSON object in UTF-8.") from error


def read_bearer(req: func.HttpRequest) -> str | None:
    """Return the bearer token, or None if none was sent (RFC 6750 section 2.1)."""
    header: str | None = req.headers.get("authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token or len(token) > _MAX_TOKEN:
        raise TokenInvalid
    return token.strip()
