"""The wrapper of all endpoints: errors become problems, and CORS headers are added."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext

import azure.functions as func

from shared import wiring
from shared.handling import capacity, client_pages
from shared.handling.dpop_nonces import add_nonce
from shared.http import cors
from shared.http.requests import read_source, source_of_invocation
from shared.recording.request_source import serving

type CrossOrigin = Callable[[func.HttpRequest], dict[str, str]]
type Handler = Callable[[func.HttpRequest], Awaitable[func.HttpResponse]]
type Place = Callable[[], AbstractContextManager[None]]
type Endpoint = Callable[[func.HttpRequest, func.Context], Awaitable[func.HttpResponse]]


def endpoint(handler: Handler) -> Endpoint:
    """Write it *under* the route decorator; above it, it would get a FunctionBuilder."""
    return _endpoint(handler, cross_origin=_headers_for_origins, place=capacity.REQUESTS.take)


def client_endpoint(handler: Handler) -> Endpoint:
    """As `endpoint`, for what clients of the OpenID provider ask themselves: their pages may read
    it."""

    async def forget_and_handle(req: func.HttpRequest) -> func.HttpResponse:
        client_pages.note_client(None)
        return await handler(req)

    forget_and_handle.__name__, forget_and_handle.__doc__ = handler.__name__, handler.__doc__
    return _endpoint(
        forget_and_handle, cross_origin=client_pages.answer_headers, place=capacity.REQUESTS.take
    )


def health_endpoint(handler: Handler) -> Endpoint:
    """As `endpoint`, but answered even if all places of other requests are taken."""
    return _endpoint(handler, cross_origin=_headers_for_origins, place=capacity.HEALTH.take)


def light_endpoint(handler: Handler) -> Endpoint:
    """As `endpoint`, for what is in memory. It is never refused: that would cost as much as the
    answer."""
    return _endpoint(handler, cross_origin=_headers_for_origins, place=nullcontext)


def bare_endpoint(handler: Handler) -> Endpoint:
    """For what a proxy asks about requests at other sites: no page reads the answer, and headers
    such as DPoP are not for us. The address is the proxy's, so it is not on record. The handler
    answers its errors itself."""

    async def invoke(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
        with serving(source_of_invocation(context)):
            response = await handler(req)
        return _without_body(response) if req.method == "HEAD" else response

    invoke.__name__, invoke.__doc__ = handler.__name__, handler.__doc__
    return invoke


def waiting_endpoint(handler: Handler) -> Endpoint:
    """As `endpoint`, for one that may wait: it takes a place itself, and only while it works."""
    return _endpoint(handler, cross_origin=_headers_for_origins, place=nullcontext)


def public_endpoint(handler: Handler) -> Endpoint:
    """As `light_endpoint`, for documents that pages of every origin may read."""
    return _endpoint(handler, cross_origin=cors.public_headers, place=nullcontext)


def _headers_for_origins(req: func.HttpRequest) -> dict[str, str]:
    return cors.headers(req, origins=wiring.settings().policy.origins)


def _endpoint(handler: Handler, *, cross_origin: CrossOrigin, place: Place) -> Endpoint:
    async def invoke(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
        with serving(read_source(req, context, proxies=wiring.settings().proxies)):
            response = await _respond(handler, req, place=place, instance=context.invocation_id)
        _add_headers(response, cross_origin(req))
        return _without_body(response) if req.method == "HEAD" else response

    # functools.wraps would also show the worker the handler's signature, without `context`.
    invoke.__name__, invoke.__doc__ = handler.__name__, handler.__doc__
    return invoke


def _add_headers(response: func.HttpResponse, headers: dict[str, str]) -> None:
    """An answer may depend on more headers of the request than on those for CORS."""
    varying = [response.headers.get("Vary"), headers.get("Vary")]
    response.headers.update(headers)
    if all(varying):
        response.headers["Vary"] = ", ".join(dict.fromkeys(map(str, varying)))


def _without_body(response: func.HttpResponse) -> func.HttpResponse:
    return func.HttpResponse(
        status_code=response.status_code,
        headers=response.headers,
        mimetype=response.mimetype,
        charset=response.charset,
    )


async def _respond(
    handler: Handler, req: func.HttpRequest, *, place: Place, instance: str
) -> func.HttpResponse:
    try:
        with place():
            response = await handler(req)
            await add_nonce(req, response)
            return response
    except Exception as error:
        # A first request is rarely refused, and to load all problems takes long.
        from shared.handling.refusals import answer_error

        return await answer_error(error, name=handler.__name__, instance=instance)
