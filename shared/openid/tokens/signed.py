"""Signed tokens of this provider: ID tokens and access tokens, told apart by their `typ`."""

from collections.abc import Iterable, Mapping
from typing import Any

from shared.keys.signing_key import SigningKey
from shared.sessions.access_token import ALGORITHM


class NotOurs(ValueError):
    """Not a token of that type that we signed, for that audience."""


def sign(claims: Mapping[str, Any], *, kind: str, key: SigningKey) -> str:
    """Claims without a value are left out. `kind` is the `typ`."""
    import jwt  # it loads X.509 too, a tenth of a cold start

    said = {name: value for name, value in claims.items() if value is not None}
    headers = {"typ": kind, "kid": key.key_id}
    return jwt.encode(said, key.private_key, algorithm=ALGORITHM, headers=headers)


def verify(
    token: str, *, kind: str, audience: str | None, issuer: str, keys: Iterable[SigningKey]
) -> Mapping[str, Any]:
    """Raise NotOurs. Times are for the caller to compare. An `audience` of None is any."""
    import jwt  # see sign

    try:
        header = jwt.get_unverified_header(token)
        key = next((key for key in keys if key.key_id == header.get("kid")), None)
        if key is None or header.get("typ") != kind:
            raise NotOurs
        claims: Mapping[str, Any] = jwt.decode(
            token,
            key.public_key,
            algorithms=[ALGORITHM],
            audience=audience,
            issuer=issuer,
            options={
                "require": ["iss", "sub", "aud", "exp", "iat"],
                "verify_aud": audience is not None,
                # The clock is the caller's.
                "verify_exp": False,
                "verify_iat": False,
            },
        )
    # The others are raised for claims of the wrong type.
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError) as error:
        raise NotOurs from error
    return claims
