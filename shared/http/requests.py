"""Reading requests: the body as a JSON object, the token in the header."""

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlsplit

import azure.functions as func

from shared.audit.event import Source
from shared.errors import (
    ContentTooLarge,
    MalformedRequest,
    UnsupportedMediaType,
)
from shared.http.client_address import client_address
from shared.http.correlation import read_trace_id
from shared.json_shape import Shape, parse_object
from shared.rate_limits.addresses import TrustedProxies, counted_as
from shared.relying_party.callers.client import Client

MAX_BODY = 64 * 1024
MOST_PAIRS = 64
BEARER, DPOP = SCHEMES = ("bearer", "dpop")
LONGEST_TOKEN = 8192
"""In characters. A longer one is not read."""
_MAX_USER_AGENT = 256


def read_body(req: func.HttpRequest) -> Shape:
    """Raise an error, before parsing, if the body is too large or its type is not JSON."""
    _require_media_type(req, "application/json")
    body = req.get_body()
    if len(body) > MAX_BODY:
        raise ContentTooLarge("The body may have 64 KiB at most.")
    try:
        return Shape(parse_object(body))
    except ValueError as error:
        raise MalformedRequest("The body must be one JSON object in UTF-8.") from error


def _require_media_type(req: func.HttpRequest, wanted: str) -> None:
    media_type = req.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != wanted:
        raise UnsupportedMediaType(f"Content-Type must be {wanted}.")


def read_form(req: func.HttpRequest, *, most: int = 16) -> dict[str, str]:
    """A form as OAuth sends it, with at most so many members; a repeated one is refused (RFC 6749
    section 3.2)."""
    return only_once(read_form_pairs(req, most=most))


def only_once(pairs: Sequence[tuple[str, str]], *, but: str = "") -> dict[str, str]:
    """The members of a form. Only the one called `but` may be repeated, and is left out then."""
    pairs = [pair for pair in pairs if pair[0] != but]
    form = dict(pairs)
    if len(form) != len(pairs):
        raise MalformedRequest("Each member of the form may occur once.")
    return form


def read_query_pairs(req: func.HttpRequest, *, most: int = MOST_PAIRS) -> list[tuple[str, str]]:
    """`req.params` has only one of those that are repeated."""
    try:
        return parse_qsl(urlsplit(req.url).query, max_num_fields=most)
    except ValueError as error:
        raise MalformedRequest("The address has too many parameters.") from error


def read_form_pairs(req: func.HttpRequest, *, most: int = MOST_PAIRS) -> list[tuple[str, str]]:
    _require_media_type(req, "application/x-www-form-urlencoded")
    body = req.get_body()
    if len(body) > MAX_BODY:
        raise ContentTooLarge("The body may have 64 KiB at most.")
    try:
        return parse_qsl(body.decode("ascii"), strict_parsing=bool(body), max_num_fields=most)
    except ValueError as error:
        raise MalformedRequest("The body must be a form.") from error


def read_client(req: func.HttpRequest, *, proxies: TrustedProxies) -> Client:
    agent = req.headers.get("user-agent", "")
    return Client(
        # Without a trusted proxy, all clients would share one address and its limits.
        address=counted_as(client_address(req.headers, proxies)) if proxies.hops else None,
        user_agent=_printable(agent),
    )


def read_source(req: func.HttpRequest, context: func.Context, *, proxies: TrustedProxies) -> Source:
    """The sender, for the audit log: the whole address; limits may count only its prefix."""
    address = client_address(req.headers, proxies) if proxies.hops else None
    agent = req.headers.get("user-agent", "")
    return Source(
        address=None if address is None else str(address),
        user_agent=_printable(agent) or None,
        invocation=context.invocation_id,
        trace=read_trace_id(context.trace_context.trace_parent),
    )


def source_of_invocation(context: func.Context) -> Source:
    """For a request whose sender says nothing about a person."""
    return Source(invocation=context.invocation_id)


def _printable(agent: str) -> str:
    return "".join(filter(str.isprintable, agent))[:_MAX_USER_AGENT]


def read_authorization(req: func.HttpRequest) -> tuple[str, str] | None:
    """Return the scheme, "bearer" or "dpop", and what follows; None if none of ours was sent.

    RFC 6750 section 2.1, RFC 9449 section 7.1. Other schemes are not for us: a proxy in front of
    us may have asked the browser for them, and the browser then sends them with each request.
    """
    header: str | None = req.headers.get("authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() not in SCHEMES:
        return None
    return scheme.lower(), token.strip()
