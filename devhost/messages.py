"""Converts an HTTP request for the worker library, and its answer into an HTTP response."""

from __future__ import annotations

from aiohttp import web
from multidict import MultiMapping

from devhost.cookies import set_cookie_values
from devhost.worker import Datum, text

# The real host's limit. An app with a lower limit must check it itself.
MAX_BODY_BYTES = 100 * 1024 * 1024


async def read_request(request: web.Request, route_values: dict[str, str]) -> Datum:
    message = {
        "method": text(request.method),
        "url": text(f"{request.scheme}://{request.host}{request.rel_url.raw_path_qs}"),
        "headers": _texts({k.lower(): v for k, v in _joined(request.headers).items()}),
        # The real host cannot pass an empty value to a Python function, and drops it.
        "query": _texts({k: v for k, v in _joined(request.query).items() if v}),
        "params": _texts(route_values),
        "body": Datum(await _read_body(request), "bytes"),
    }
    return Datum(message, "http")


async def _read_body(request: web.Request) -> bytes:
    announced = request.content_length or 0
    if announced > MAX_BODY_BYTES:
        raise web.HTTPRequestEntityTooLarge(MAX_BODY_BYTES, announced)
    body = await request.read()
    # The real host looks at Content-Length, so a chunked body never reaches a Python function.
    return body if announced else b""


def _joined(values: MultiMapping[str]) -> dict[str, str]:
    """Join repeated names into one, in any case, as ASP.NET's collections do."""
    spelled: dict[str, str] = {}
    joined: dict[str, str] = {}
    for name, value in values.items():
        first = spelled.setdefault(name.lower(), name)
        joined[first] = f"{joined[first]},{value}" if first in joined else value
    return joined


def _texts(values: dict[str, str]) -> dict[str, Datum]:
    return {name: text(value) for name, value in values.items()}


def write_response(returned: Datum | None) -> web.Response:
    """The response for a function's return value. None gives 204, as in Azure."""
    if returned is None or returned.type is None:
        return web.Response(status=204)
    if returned.type != "http":
        return web.Response(text=str(returned.value))
    message = returned.value
    response = web.Response(
        status=int(message["status_code"].value),
        headers={name: value.value for name, value in message["headers"].items()},
        body=message["body"].value,
    )
    for jar in message["cookies"] or ():
        for value in set_cookie_values(jar):
            response.headers.add("Set-Cookie", value)
    return response
