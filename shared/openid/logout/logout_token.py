"""Logout tokens (OpenID Connect Back-Channel Logout 1.0 section 2.4). Their type, and the event in
them, keep anybody from taking one for an ID token; and they have no nonce."""

from dataclasses import dataclass

from shared.keys.signing_key import SigningKey
from shared.openid.tokens.signed import sign

TYPE = "logout+jwt"
EVENT = "http://schemas.openid.net/event/backchannel-logout"
LIFETIME_SECONDS = 120
"""As the specification recommends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoutToken:
    client_id: str
    subject: str
    """The names that the client knows: the person's, and the session's."""
    session: str
    id: str
    issued_at: int


def sign_logout_token(token: LogoutToken, *, issuer: str, key: SigningKey) -> str:
    claims = {
        "iss": issuer,
        "sub": token.subject,
        "sid": token.session,
        "aud": token.client_id,
        "iat": token.issued_at,
        "exp": token.issued_at + LIFETIME_SECONDS,
        "jti": token.id,
        "events": {EVENT: {}},
    }
    return sign(claims, kind=TYPE, key=key)
