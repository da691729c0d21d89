"""The headers of a problem: those of its table, and those with values of the error."""

from collections.abc import Iterator, Mapping

from shared import errors
from shared.http.dpop_header import NONCE
from shared.http.problems import find_problem
from shared.http.problems.problem import BEARER_CHALLENGE
from shared.rate_limits.headers import refusal_headers


def problem_headers(error: errors.TouchstoneError) -> Mapping[str, str]:
    headers = dict(find_problem(error).headers)
    if isinstance(error, errors.StepUpRequired):
        headers["WWW-Authenticate"] = ", ".join(_step_up_challenge(error))
    if isinstance(error, errors.DpopNonceRequired):
        headers[NONCE] = error.nonce
    if isinstance(error, errors.MethodNotAllowed):
        headers["Allow"] = ", ".join(error.allowed)
    if isinstance(error, errors.TooManyRequests):
        headers |= refusal_headers(error)
    return headers


def _step_up_challenge(error: errors.StepUpRequired) -> Iterator[str]:
    """The challenge of RFC 9470 section 3."""
    yield f'{BEARER_CHALLENGE}, error="insufficient_user_authentication"'
    yield f'max_age="{error.max_age}"'
    if error.acr_values:
        yield f'acr_values="{" ".join(error.acr_values)}"'
