"""The discovery document for Entra, which is not the one for clients of the service."""

from typing import Any

from shared.openid.external_mfa.configuration import PATH, ExternalMfa
from shared.openid.external_mfa.requirements import ACR_VALUES, METHODS


def discovery_document(configuration: ExternalMfa) -> dict[str, Any]:
    issuer = configuration.issuer
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "jwks_uri": f"{issuer.removesuffix(PATH)}/.well-known/jwks.json",
        "scopes_supported": ["openid"],
        "response_types_supported": ["id_token"],
        "response_modes_supported": ["form_post"],
        "grant_types_supported": ["implicit"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claim_types_supported": ["normal"],
        "claims_parameter_supported": True,
        "claims_supported": ["iss", "aud", "exp", "iat", "sub", "nonce", "acr", "amr"],
        "acr_values_supported": list(ACR_VALUES),
        "amr_values_supported": list(METHODS),
    }
