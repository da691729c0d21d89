"""Tokens of clients of the OpenID provider."""

from typing import Any

from shared.openid.tokens.access_token import ClientAccessToken


def client_introspection(said: ClientAccessToken, *, issuer: str) -> dict[str, Any]:
    """The response of RFC 7662 section 2.2."""
    audience = said.audience
    members = {
        "active": True,
        "token_type": said.token_type,
        "client_id": said.client_id,
        "scope": " ".join(said.scope),
        "iat": said.issued_at,
        "exp": said.expires_at,
        "jti": said.id,
        "iss": issuer,
        "aud": audience[0] if len(audience) == 1 else list(audience),
        "authorization_details": list(said.authorization_details) or None,
        "cnf": said.thumbprint and {"jkt": said.thumbprint},
        **said.sign_in.claims(),
    }
    return {name: value for name, value in members.items() if value is not None}
