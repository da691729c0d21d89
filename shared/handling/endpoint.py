"""The wrapper of all endpoints: errors become problems, and CORS headers are added."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext

import azure.functions as func

from shared import errors, wiring
from shared.handling import capacity
from shared.handling.dpop_nonces import add_nonce
from shared.http import cors
from shared.http.limit_texts import limit_detail
from shared.http.problems import UNEXPECTED, find_problem
from shared.http.problems.headers import problem_headers
from shared.http.problems.problem import Problem
from shared.http.requests import read_source
from shared.http.responses import problem_response
from shared.recording.request_source import serving

logger = logging.getLogger("touchstone.http")

type CrossOrigin = Callable[[func.HttpRequest], dict[str, str]]
type Handler = Callable[[func.HttpRequest], Awaitable[func.HttpResponse]]
type Place = Callable[[], AbstractContextManager[None]]
type Endpoint = Callable[[func.HttpRequest, func.Context], Awaitable[func.HttpResponse]]


def endpoint(handler: Handler) -> Endpoint:
    """Write it *under* the route decorator; above it, it would get a FunctionBuilder."""
    return _endpoint(handler, cross_origin=_headers_for_origins, place=capacity.REQUESTS.take)


def health_endpoint(handler: Handler) -> Endpoint:
    """As `endpoint`, but answered even if all places of other requests are taken."""
    return _endpoint(handler, cross_origin=_headers_for_origins, place=capacity.HEALTH.take)


def light_endpoint(handler: Handler) -> Endpoint:
    """As `endpoint`, for what is in memory. It is never refused: that would cost as much as the
    answer."""
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
        response.headers.update(cross_origin(req))
        return _without_body(response) if req.method == "HEAD" else response

    # functools.wraps would also show the worker the handler's signature, without `context`.
    invoke.__name__, invoke.__doc__ = handler.__name__, handler.__doc__
    return invoke


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
    except errors.TouchstoneError as error:
        if isinstance(error, errors.TooManyRequests):
            await wiring.service().limit_events.record(error)
        return _refuse(error, instance=instance)
    except Exception:
        logger.exception("unexpected error in %s", handler.__name__)
        issuer = wiring.settings().tokens.issuer
        return problem_response(UNEXPECTED, issuer=issuer, instance=instance)


def _refuse(error: errors.TouchstoneError, *, instance: str) -> func.HttpResponse:
    problem = find_problem(error)
    _log(error, problem)
    return problem_response(
        problem,
        issuer=wiring.settings().tokens.issuer,
        instance=instance,
        detail=_detail(error),
        headers=problem_headers(error),
    )


def _log(error: errors.TouchstoneError, problem: Problem) -> None:
    if isinstance(error, errors.CeremonyRejected):
        hint = f" ({error.hint})" if error.hint else ""
        logger.warning("%s: %s%s%s", problem.slug, error.reason, hint, _cause(error))
    elif isinstance(error, errors.Overloaded):
        return  # `capacity` reports many refusals in one line
    elif problem.status >= 500:
        logger.error("%s%s", problem.slug, _cause(error))
    else:
        logger.info("%s", problem.slug)


def _cause(error: errors.TouchstoneError) -> str:
    """Only the cause's type: its text may quote what the client sent."""
    return f" ({type(error.__cause__).__name__})" if error.__cause__ else ""


def _detail(error: errors.TouchstoneError) -> str | None:
    """The text of this error: for a malformed request the member and what it must be, for a limit
    what it counts, for CsrfRefused the header."""
    if isinstance(error, errors.TooManyRequests):
        return limit_detail(error)
    return str(error) if isinstance(error, errors.MalformedRequest | errors.CsrfRefused) else None
