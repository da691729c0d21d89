"""The headers of a problem: those of its table, and those with values of the error."""

from collections.abc import Collection, Mapping

from shared import errors
from shared.http.dpop_header import NONCE
from shared.http.problems import find_problem
from shared.http.problems.problem import BEARER_CHALLENGE
from shared.rate_limits.headers import refusal_headers


def problem_headers(error: errors.TouchstoneError) -> Mapping[str, str]:
    headers = dict(find_problem(error).headers)
    if isinstance(error, errors.StepUpRequired):
        headers["WWW-Authenticate"] = step_up_challenge(
            max_age=error.max_age, acr_values=error.acr_values
        )
    if isinstance(error, errors.DpopNonceRequired):
        headers[NONCE] = error.nonce
    if isinstance(error, errors.MethodNotAllowed):
        headers["Allow"] = ", ".join(error.allowed)
    if isinstance(error, errors.TooManyRequests):
        headers |= refusal_headers(error)
    return headers


def step_up_challenge(*, max_age: int, acr_values: Collection[str]) -> str:
    """The challenge of RFC 9470 section 3."""
    said = [
        f'{BEARER_CHALLENGE}, error="insufficient_user_authentication"',
        f'max_age="{max_age}"',
        *([f'acr_values="{" ".join(acr_values)}"'] if acr_values else []),
    ]
    return ", ".join(said)
