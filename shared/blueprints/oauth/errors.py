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


def oauth_error(
    name: str, description: str, *, status: int = 400, headers: Mapping[str, str] | None = None
) -> func.HttpResponse:
    body: dict[str, Any] = {"error": name, "error_description": description}
    return json_response(body, status=status, headers=headers)
