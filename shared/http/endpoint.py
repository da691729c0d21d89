"""What every JSON endpoint shares: errors become problems, and headers are always the same."""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import azure.functions as func

from shared import errors, wiring
from shared.http import cors
from shared.http.limit_texts import limit_detail
from shared.http.problems import UNEXPECTED, find_problem
from shared.http.problems.headers import problem_headers
from shared.http.problems.problem import Problem, problem_body
from shared.http.requests import read_source
from shared.recording.request_source import serving

logger = logging.getLogger("touchstone.http")

type CrossOrigin = Callable[[func.HttpRequest], dict[str, str]]
type Handler = Callable[[func.HttpRequest], Awaitable[func.HttpResponse]]
type Endpoint = Callable[[func.HttpRequest, func.Context], Awaitable[func.HttpResponse]]


def endpoint(handler: Handler) -> Endpoint:
    """Stands *under* the route decorator, which would else hand it a FunctionBuilder."""
    return _endpoint(handler, cross_origin=cors.headers)


def public_endpoint(handler: Handler) -> Endpoint:
    """As `endpoint`, for what pages of every origin may read."""
    return _endpoint(handler, cross_origin=cors.public_headers)


def _endpoint(handler: Handler, *, cross_origin: CrossOrigin) -> Endpoint:
    async def invoke(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
        with serving(read_source(req, context)):
            response = await _respond(handler, req, instance=context.invocation_id)
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


async def _respond(handler: Handler, req: func.HttpRequest, *, instance: str) -> func.HttpResponse:
    try:
        return await handler(req)
    except errors.TouchstoneError as error:
        if isinstance(error, errors.TooManyRequests):
            await wiring.service().parts.limit_events.record(error)
        return _refuse(error, instance=instance)
    except Exception:
        logger.exception("unexpected error in %s", handler.__name__)
        return _problem_response(UNEXPECTED, instance=instance)


def no_content(headers: Mapping[str, str] | None = None) -> func.HttpResponse:
    return func.HttpResponse(
        status_code=204, headers={"Cache-Control": "no-store"} | dict(headers or {})
    )


def json_response(
    body: Mapping[str, Any], *, status: int = 200, headers: Mapping[str, str] | None = None
) -> func.HttpResponse:
    return func.HttpResponse(
        json.dumps(body, separators=(",", ":")).encode(),
        status_code=status,
        headers={"Cache-Control": "no-store"} | dict(headers or {}),
        mimetype="application/json",
    )


def _refuse(error: errors.TouchstoneError, *, instance: str) -> func.HttpResponse:
    problem = find_problem(error)
    if isinstance(error, errors.CeremonyRejected):
        hint = f" ({error.hint})" if error.hint else ""
        logger.warning("%s: %s%s%s", problem.slug, error.reason, hint, _cause(error))
    elif problem.status >= 500:
        logger.error("%s%s", problem.slug, _cause(error))
    else:
        logger.info("%s", problem.slug)
    return _problem_response(
        problem, instance=instance, detail=_detail(error), headers=problem_headers(error)
    )


def _cause(error: errors.TouchstoneError) -> str:
    """The cause's type and no more: its text may quote what the client sent."""
    return f" ({type(error.__cause__).__name__})" if error.__cause__ else ""


def _detail(error: errors.TouchstoneError) -> str | None:
    """A malformed request says which member, and what it must be; a limit, what it counts; and one
    that our page did not send, which header."""
    if isinstance(error, errors.TooManyRequests):
        return limit_detail(error)
    return str(error) if isinstance(error, errors.MalformedRequest | errors.CsrfRefused) else None


def _problem_response(
    problem: Problem,
    *,
    instance: str,
    detail: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> func.HttpResponse:
    issuer = wiring.settings().tokens.issuer
    body = problem_body(problem, detail=detail or problem.detail, issuer=issuer, instance=instance)
    return func.HttpResponse(
        json.dumps(dict(body)).encode(),
        status_code=problem.status,
        headers={"Cache-Control": "no-store", **(headers or {})},
        mimetype="application/problem+json",
    )
