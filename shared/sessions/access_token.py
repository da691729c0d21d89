"""Access tokens: JWTs in the shape of RFC 9068."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from shared import base64url
from shared.accounts.handles import UserHandle, parse_handle
from shared.accounts.roles import Role
from shared.errors import TokenInvalid
from shared.sessions.token_settings import TokenSettings

if TYPE_CHECKING:
    from shared.keys.signing_key import SigningKey

TYPE = "at+jwt"
ALGORITHM = "RS256"
_REQUIRED = ["iss", "sub", "aud", "iat", "exp", "jti", "auth_time", "amr", "scope"]

PHISHING_RESISTANT = "phr"
"""The `acr` of OpenID Connect Extended Authentication Profile. It fits every WebAuthn sign-in."""


class Scope(StrEnum):
    API = "api"
    """Accepted by the APIs of this deployment. Not accepted here."""
    ACCOUNT = "account"
    """Everything that a user may do with the own account. Accepted only here."""
    REGISTER = "register"
    """Only to begin a registration. An access pass is redeemed for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """The content of a token, before it is signed or after it was verified."""

    user_handle: UserHandle
    scope: Scope
    auth_time: datetime
    """The time of the sign-in. A refresh does not change it."""
    expires_at: datetime
    amr: tuple[str, ...]
    acr: str | None = None
    aal: int = 1
    """Authenticator assurance level of the sign-in (NIST SP 800-63B-4 section 2)."""
    roles: frozenset[Role] = frozenset()
    credential_hash: bytes | None = None
    """SHA-256 of the ID of the credential that signed in."""
    session_id: bytes | None = None
    pass_id: bytes | None = None
    """The access pass that was redeemed for it. The token ends with the pass."""
    thumbprint: str | None = None
    """The thumbprint of the client's key that the token is bound to (RFC 9449 section 6.1)."""

    def audience(self, settings: TokenSettings) -> str:
        """Tokens for APIs and tokens for this service have different ones."""
        return settings.audience if self.scope is Scope.API else settings.account_audience


def issue_token(
    token: AccessToken,
    *,
    token_id: str,
    client_id: str,
    key: "SigningKey",
    settings: TokenSettings,
    now: datetime,
) -> str:
    import jwt  # it loads X.509 too, a tenth of a cold start, and a begin needs no token

    claims = {
        "iss": settings.issuer,
        "sub": base64url.encode(token.user_handle),
        "aud": token.audience(settings),
        "client_id": client_id,
        "iat": int(now.timestamp()),
        "exp": int(token.expires_at.timestamp()),
        "jti": token_id,
        "auth_time": int(token.auth_time.timestamp()),
        "amr": list(token.amr),
        "acr": token.acr,
        "aal": token.aal,
        "scope": token.scope.value,
        "roles": sorted(token.roles) or None,
        "cred": _encode(token.credential_hash),
        "sid": _encode(token.session_id),
        "pass": _encode(token.pass_id),
        "cnf": token.thumbprint and {"jkt": token.thumbprint},
    }
    said = {name: value for name, value in claims.items() if value is not None}
    headers = {"typ": TYPE, "kid": key.key_id}
    return jwt.encode(said, key.private_key, algorithm=ALGORITHM, headers=headers)


def authentication_methods(*, user_verified: bool) -> tuple[str, ...]:
    """RFC 8176 values that the flags prove: a key was used, a person was there, and which.

    `hwk` is not among them: without a trusted attestation the flags do not show hardware.
    """
    return ("pop", "user", "mfa") if user_verified else ("pop", "user")


def assurance_level(*, user_verified: bool) -> int:
    """NIST SP 800-63B-4: with user verification two factors, without it one.

    Level 3 requires a key that provably cannot be exported. Without trust anchors for attestation
    nothing proves that, so no sign-in gets level 3.
    """
    return 2 if user_verified else 1


def verify_token(
    token: str, *, keys: "Iterable[SigningKey]", settings: TokenSettings, now: datetime
) -> AccessToken:
    """Raise TokenInvalid unless it is one of our access tokens and not expired at `now`.

    `keys` are the published keys. The token names the key that signed it.
    """
    import jwt  # see issue_token

    try:
        header = jwt.get_unverified_header(token)
        key = next((key for key in keys if key.key_id == header.get("kid")), None)
        if key is None or header.get("typ") != TYPE:
            raise TokenInvalid
        claims = jwt.decode(
            token,
            key.public_key,
            algorithms=[ALGORITHM],
            audience=[settings.audience, settings.account_audience],
            issuer=settings.issuer,
            # Expiry is checked below, against the clock that was passed in.
            options={"require": _REQUIRED, "verify_exp": False, "verify_iat": False},
        )
        verified = _read_claims(claims)
        if claims["aud"] != verified.audience(settings):
            raise TokenInvalid
    # The last four are raised for claims of the wrong type, or impossible times.
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError, OverflowError) as error:
        raise TokenInvalid from error
    if verified.expires_at <= now:
        raise TokenInvalid
    return verified


def _read_claims(claims: dict[str, Any]) -> AccessToken:
    handle = parse_handle(base64url.decode(claims["sub"]))
    if handle is None:
        raise TokenInvalid
    return AccessToken(
        user_handle=handle,
        scope=Scope(claims["scope"]),
        auth_time=datetime.fromtimestamp(claims["auth_time"], UTC),
        expires_at=datetime.fromtimestamp(claims["exp"], UTC),
        amr=tuple(claims["amr"]),
        acr=claims.get("acr"),
        aal=claims.get("aal", 1),
        roles=frozenset(Role(role) for role in claims.get("roles", [])),
        credential_hash=_decode(claims.get("cred")),
        session_id=_decode(claims.get("sid")),
        pass_id=_decode(claims.get("pass")),
        thumbprint=_thumbprint(claims.get("cnf")),
    )


def _thumbprint(confirmation: dict[str, Any] | None) -> str | None:
    if confirmation is None:
        return None
    if confirmation.keys() != {"jkt"} or not isinstance(confirmation["jkt"], str):
        raise ValueError("bound in a way that we do not issue")
    return confirmation["jkt"]


def _encode(value: bytes | None) -> str | None:
    return None if value is None else base64url.encode(value)


def _decode(text: str | None) -> bytes | None:
    return None if text is None else base64url.decode(text)
