"""The metadata of this issuer that clients need."""

from collections.abc import Sequence
from typing import Any

from shared.sessions import dpop
from shared.sessions.access_token import ALGORITHM, Scope
from shared.webauthn.options import ACR_VALUES

PROOF_ALGORITHMS = dpop.ALGORITHMS


def server_metadata(issuer: str, *, grant_types: Sequence[str]) -> dict[str, Any]:
    """OpenID Connect Discovery 1.0 section 3, RFC 8414 section 2."""
    return {
        "issuer": issuer,
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "token_endpoint": f"{issuer}/token",
        "revocation_endpoint": f"{issuer}/revoke",
        "introspection_endpoint": f"{issuer}/introspect",
        "grant_types_supported": list(grant_types),
        "response_types_supported": [],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "token_endpoint_auth_methods_supported": ["none"],
        "scopes_supported": [scope.value for scope in Scope],
        "dpop_signing_alg_values_supported": list(PROOF_ALGORITHMS),
        "acr_values_supported": list(ACR_VALUES),
        "claims_supported": ["sub", "auth_time", "amr", "acr", "aal", "cred", "sid", "roles"],
    }
