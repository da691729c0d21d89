"""The answers to requests that are refused or fail, and their lines in the log."""

import json
import logging
from collections.abc import Mapping

import azure.functions as func

from shared import errors, wiring
from shared.http.limit_texts import limit_detail
from shared.http.problems import UNEXPECTED, find_problem
from shared.http.problems.headers import problem_headers
from shared.http.problems.members import problem_members
from shared.http.problems.problem import Problem, problem_body
from shared.recording.request_source import current_source

logger = logging.getLogger("touchstone.http")


async def answer_error(error: Exception, *, name: str, instance: str) -> func.HttpResponse:
    """`name` is that of the function, and `instance` the ID of the request."""
    if not isinstance(error, errors.TouchstoneError):
        logger.error("unexpected error in %s", name, exc_info=error)
        issuer = wiring.settings().tokens.issuer
        return _problem_response(UNEXPECTED, issuer=issuer, instance=instance)
    if isinstance(error, errors.TooManyRequests):
        await wiring.service().limit_events.record(error)
    return _refuse(error, instance=instance)


def answer_problem(
    problem: Problem,
    *,
    detail: str,
    headers: Mapping[str, str],
    members: Mapping[str, object],
) -> func.HttpResponse:
    """For who decides what the problem is. `members` are its own."""
    return _problem_response(
        problem,
        issuer=wiring.settings().tokens.issuer,
        instance=current_source().invocation or "",
        detail=detail,
        headers=headers,
        members=members,
    )


def _refuse(error: errors.TouchstoneError, *, instance: str) -> func.HttpResponse:
    problem = find_problem(error)
    _log(error, problem)
    return _problem_response(
        problem,
        issuer=wiring.settings().tokens.issuer,
        instance=instance,
        detail=_detail(error),
        headers=problem_headers(error),
        members=problem_members(error),
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
    what it counts, for CsrfRefused the header, for an OAuth client what it has to change, for an
    approval what stands against it."""
    if isinstance(error, errors.TooManyRequests):
        return limit_detail(error)
    shown = (
        *(errors.MalformedRequest, errors.CsrfRefused, errors.OAuthRefusal),
        *(errors.ApprovalOver, errors.ApprovalLapsed, errors.AccessObstructed),
    )
    return str(error) if isinstance(error, shown) else None


def _problem_response(
    problem: Problem,
    *,
    issuer: str,
    instance: str,
    detail: str | None = None,
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, object] | None = None,
) -> func.HttpResponse:
    body = problem_body(problem, detail=detail or problem.detail, issuer=issuer, instance=instance)
    return func.HttpResponse(
        json.dumps(dict(body) | dict(members or {})).encode(),
        status_code=problem.status,
        headers={"Cache-Control": "no-store", **(headers or {})},
        mimetype="application/problem+json",
    )
