"""Access tokens that clients get for resources (RFC 9068), and for the profile at `/userinfo`.

Tokens for the account and for this deployment's own APIs (`shared.sessions.access_token`) have
other audiences, which no client may ask for. So none is ever taken for the other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.keys.signing_key import SigningKey
from shared.openid.tokens.sign_in import ClientSignIn
from shared.openid.tokens.signed import NotOurs, sign, verify
from shared.sessions.access_token import TYPE


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientAccessToken:
    client_id: str
    sign_in: ClientSignIn
    audience: tuple[str, ...]
    scope: tuple[str, ...]
    id: str
    issued_at: int
    expires_at: int
    grant: str
    """What it rests on, sealed (`grant_reference`)."""
    thumbprint: str | None = None
    """Of the client's key that it is bound to."""
    authorization_details: tuple[Mapping[str, Any], ...] = ()

    @property
    def token_type(self) -> str:
        return "Bearer" if self.thumbprint is None else "DPoP"


def sign_access_token(token: ClientAccessToken, *, issuer: str, key: SigningKey) -> str:
    audience, scope = token.audience, " ".join(token.scope)
    claims = {
        "iss": issuer,
        "aud": audience[0] if len(audience) == 1 else list(audience),
        "client_id": token.client_id,
        "iat": token.issued_at,
        "exp": token.expires_at,
        "jti": token.id,
        "scope": scope,
        "scp": scope
        or None,  # Microsoft.Identity.Web refuses a token that has neither it nor roles
        "grant": token.grant,
        "cnf": token.thumbprint and {"jkt": token.thumbprint},
        "authorization_details": list(token.authorization_details) or None,
        **token.sign_in.claims(),
    }
    return sign(claims, kind=TYPE, key=key)


def read_access_token(
    text: str, *, audience: str | None, issuer: str, keys: Iterable[SigningKey], now: int
) -> ClientAccessToken:
    """Raise NotOurs, also if it has expired. An `audience` of None is any: whoever asks has to be
    checked instead."""
    claims = verify(text, kind=TYPE, audience=audience, issuer=issuer, keys=keys)
    try:
        token = _read(claims)
    except (KeyError, TypeError, AttributeError) as error:  # one of our other access tokens
        raise NotOurs from error
    if token.expires_at <= now:
        raise NotOurs
    return token


def _read(claims: Mapping[str, Any]) -> ClientAccessToken:
    audience, bound_to = claims["aud"], claims.get("cnf")
    return ClientAccessToken(
        client_id=claims["client_id"],
        sign_in=ClientSignIn(
            subject=claims["sub"],
            session=claims["sid"],
            auth_time=claims["auth_time"],
            user_verified="mfa" in claims["amr"],
        ),
        audience=(audience,) if isinstance(audience, str) else tuple(audience),
        scope=tuple(claims["scope"].split()),
        id=claims["jti"],
        issued_at=claims["iat"],
        expires_at=claims["exp"],
        grant=claims["grant"],
        thumbprint=None if bound_to is None else bound_to["jkt"],
        authorization_details=tuple(claims.get("authorization_details", ())),
    )
