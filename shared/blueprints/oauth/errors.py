"""Errors for OAuth clients (RFC 6749 section 5.2): each of our errors gets an OAuth name."""

from collections.abc import Mapping
from typing import Any

import azure.functions as func

from shared.errors import (
    ClientRefused,
    DpopNonceRequired,
    DpopProofInvalid,
    MalformedRequest,
    OAuthRefusal,
    ScopeInvalid,
    TokenElsewhere,
    TokenInvalid,
    TouchstoneError,
)
from shared.errors.exchange import AccessUnmet, ExchangeRefused
from shared.http.problems.headers import step_up_challenge
from shared.http.problems.problem import BASIC_CHALLENGE
from shared.http.responses import json_response

_NAMES: Mapping[type[TouchstoneError], tuple[str, str]] = {
    MalformedRequest: ("invalid_request", ""),
    ClientRefused: ("invalid_client", "The client did not prove who it is."),
    ScopeInvalid: ("invalid_scope", "The scope is not available for this request."),
    DpopProofInvalid: ("invalid_dpop_proof", "The DPoP proof is not valid."),
    DpopNonceRequired: ("use_dpop_nonce", "Make a new proof with the nonce in DPoP-Nonce."),
    TokenInvalid: ("invalid_grant", "The session has ended. Sign in again."),
    TokenElsewhere: ("unsupported_token_type", "Send the refresh token instead."),
}
"""The name of each error, and its description. MalformedRequest has its own text."""


def respond_with(error: TouchstoneError) -> func.HttpResponse:
    """Raise the error again if OAuth has no name for it. It is then answered as a problem."""
    if isinstance(error, AccessUnmet):
        return _unmet(error)
    if isinstance(error, ExchangeRefused):
        return _exchange_refused(error)
    if isinstance(error, OAuthRefusal):
        return oauth_error(error.name, error.description)
    if type(error) not in _NAMES:
        raise error
    name, description = _NAMES[type(error)]
    if isinstance(error, ClientRefused):
        # RFC 6749 section 5.2: the answer names the scheme if the client used one.
        headers = {"WWW-Authenticate": BASIC_CHALLENGE} if error.in_header else {}
        return oauth_error(name, description, status=401, headers=headers)
    return oauth_error(name, description or str(error))


def _unmet(error: AccessUnmet) -> func.HttpResponse:
    """RFC 9470 section 3, and the same for clients that read only the body."""
    members = {
        "max_age": error.max_age,
        "acr_values": " ".join(error.acr_values),
        "missing": list(error.missing),
    }
    challenge = step_up_challenge(max_age=error.max_age, acr_values=error.acr_values)
    return oauth_error(
        error.name,
        error.description,
        status=401,
        headers={"WWW-Authenticate": challenge},
        members=members,
    )


def _exchange_refused(error: ExchangeRefused) -> func.HttpResponse:
    later = error.retry_after
    return oauth_error(
        error.name,
        error.description,
        status=400 if later is None else 503,
        headers={} if later is None else {"Retry-After": str(later)},
        members=error.members,
    )


def oauth_error(
    name: str,
    description: str,
    *,
    status: int = 400,
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, Any] | None = None,
) -> func.HttpResponse:
    body: dict[str, Any] = {"error": name, "error_description": description, **(members or {})}
    return json_response(body, status=status, headers=headers)
