"""What this provider publishes about itself: OpenID Connect Discovery 1.0 section 3, RFC 8414
section 2. Both addresses have the same document."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from shared.openid import acr
from shared.openid.authorization.pkce import METHOD
from shared.openid.authorization.request import Prompt, ResponseMode
from shared.openid.scopes import SUPPORTED
from shared.sessions import dpop
from shared.sessions.access_token import ALGORITHM, Scope

ENDPOINTS = {
    "authorization_endpoint": "authorize",
    "token_endpoint": "token",
    "userinfo_endpoint": "userinfo",
    "pushed_authorization_request_endpoint": "par",
    "device_authorization_endpoint": "device_authorization",
    "end_session_endpoint": "logout",
    "introspection_endpoint": "introspect",
    "revocation_endpoint": "revoke",
    "jwks_uri": ".well-known/jwks.json",
}
_CLIENT_METHODS = ("none", "client_secret_basic", "client_secret_post", "private_key_jwt")
"""A federated client sends its platform's token as a JWT assertion, as the last one does."""
_SIGNED_ASSERTIONS = ("RS256", "PS256", "ES256", "ES384", "EdDSA")
_OWN_CLAIMS = ("aal", "cred", "roles")
"""In tokens for the account and for this deployment's own APIs."""
_CLAIMS = (
    *("iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash"),
    *("name", "preferred_username", "groups"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What other parts of the service decide."""

    grant_types: Sequence[str]
    details_types: Collection[str] = ()
    metadata_documents: bool = False
    """Whether a client ID may be the address of its metadata."""


def provider_metadata(
    issuer: str, capabilities: Capabilities, *, has_route: Callable[[str], bool]
) -> dict[str, Any]:
    """Endpoints without a route are left out."""
    endpoints = {name: f"{issuer}/{path}" for name, path in ENDPOINTS.items() if has_route(path)}
    return {
        "issuer": issuer,
        **endpoints,
        "grant_types_supported": list(capabilities.grant_types),
        "response_types_supported": ["code"],
        "response_modes_supported": [mode.value for mode in ResponseMode],
        "code_challenge_methods_supported": [METHOD],
        "authorization_response_iss_parameter_supported": True,
        "subject_types_supported": ["public", "pairwise"],
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "token_endpoint_auth_methods_supported": list(_CLIENT_METHODS),
        "token_endpoint_auth_signing_alg_values_supported": list(_SIGNED_ASSERTIONS),
        "introspection_endpoint_auth_methods_supported": list(_CLIENT_METHODS),
        "revocation_endpoint_auth_methods_supported": list(_CLIENT_METHODS),
        "dpop_signing_alg_values_supported": list(dpop.ALGORITHMS),
        "scopes_supported": [*SUPPORTED, *(scope.value for scope in Scope)],
        "acr_values_supported": list(acr.SUPPORTED),
        "prompt_values_supported": [prompt.value for prompt in Prompt],
        "claims_supported": [*_CLAIMS, *_OWN_CLAIMS],
        "claims_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "authorization_details_types_supported": sorted(capabilities.details_types),
        "client_id_metadata_document_supported": capabilities.metadata_documents,
    }
