"""ID tokens (OpenID Connect Core section 2). Their audience is the client alone, which no resource
may be, so a resource never takes one for an access token."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from hashlib import sha256

from shared import base64url
from shared.keys.signing_key import SigningKey
from shared.openid.tokens.sign_in import ClientSignIn, Person
from shared.openid.tokens.signed import NotOurs, sign, verify

TYPE = "JWT"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdToken:
    client_id: str
    sign_in: ClientSignIn
    person: Person
    scope: Collection[str]
    nonce: str | None
    access_token: str
    """The one that is given with it."""
    issued_at: int
    expires_at: int


def sign_id_token(token: IdToken, *, issuer: str, key: SigningKey) -> str:
    claims = {
        "iss": issuer,
        "aud": token.client_id,
        "iat": token.issued_at,
        "exp": token.expires_at,
        "nonce": token.nonce,
        "at_hash": hash_of(token.access_token),
        **token.sign_in.claims(),
        **token.person.claims(token.scope),
    }
    return sign(claims, kind=TYPE, key=key)


def hash_of(token: str) -> str:
    """The left half of the hash (OpenID Connect Core section 3.1.3.6)."""
    return base64url.encode(sha256(token.encode()).digest()[:16])


@dataclass(frozen=True, slots=True, kw_only=True)
class HintedSession:
    """A session that a client knows."""

    client_id: str
    name: str
    """The `sid`."""


def read_hinted_session(
    text: str, *, issuer: str, keys: Iterable[SigningKey]
) -> HintedSession | None:
    """Of an ID token that any client got from us, expired or not. None if it is not one."""
    try:
        claims = verify(text, kind=TYPE, audience=None, issuer=issuer, keys=keys)
    except NotOurs:
        return None
    client_id, name = claims["aud"], claims.get("sid")
    if not isinstance(client_id, str) or not isinstance(name, str):
        return None
    return HintedSession(client_id=client_id, name=name)


def read_hint(text: str, *, client_id: str, issuer: str, keys: Iterable[SigningKey]) -> str:
    """The `sub` of an ID token that this client got from us, expired or not. Raise NotOurs."""
    claims = verify(text, kind=TYPE, audience=client_id, issuer=issuer, keys=keys)
    if claims["aud"] != client_id or not isinstance(claims["sub"], str):
        raise NotOurs
    return claims["sub"]
