"""What a sign-in gave."""

from dataclasses import dataclass
from typing import Any

import jwt

from touchstone.failures import Refused
from touchstone.service.service import CLIENT_ID


@dataclass(frozen=True, kw_only=True, repr=False)  # a repr would show the token
class SignedIn:
    username: str
    subject: str
    refresh_token: str


def read_tokens(said: dict[str, Any], *, issuer: str, nonce: str | None) -> SignedIn:
    """The ID token came from the service itself, over TLS, so its signature proves nothing more
    (OpenID Connect Core section 3.1.3.7). Raises Refused."""
    try:
        claims = jwt.decode(str(said["id_token"]), options={"verify_signature": False})
        refresh_token = said["refresh_token"]
    except (jwt.PyJWTError, KeyError) as error:
        raise Refused("The answer to the sign-in has not what it should have.") from error
    audience = claims.get("aud")
    if claims.get("iss") != issuer or CLIENT_ID not in (audience, *_list(audience)):
        raise Refused("The answer to the sign-in is meant for somebody else.")
    if claims.get("nonce") != nonce:
        raise Refused("The answer is to another sign-in.")
    subject = str(claims.get("sub", ""))
    username = str(claims.get("preferred_username") or subject)
    return SignedIn(username=username, subject=subject, refresh_token=str(refresh_token))


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
