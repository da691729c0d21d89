"""Answers to Entra: forms that the person's browser posts to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.keys.signing_key import SigningKey
from shared.openid.external_mfa.configuration import ExternalMfa
from shared.openid.external_mfa.pending import PendingRequest
from shared.openid.external_mfa.request import Refused

ANSWER_SECONDS = 300
ENTRA_CACHE = timedelta(days=2)
"""How long Entra may use keys that it has fetched. It fetches them every day, and asks providers to
wait for two."""
_ALGORITHM = "RS256"


@dataclass(frozen=True, slots=True)
class Answer:
    action: str
    """The address that gets the form."""
    fields: Mapping[str, str] = field(repr=False)


def confirmed(
    request: PendingRequest, *, configuration: ExternalMfa, key: SigningKey, now: datetime
) -> Answer:
    """The person confirmed the sign-in with a passkey."""
    import jwt  # it loads X.509 too, a tenth of a cold start, and most requests need no token

    issued_at = int(now.timestamp())
    claims = {
        "iss": configuration.issuer,
        "aud": configuration.client_id,
        "iat": issued_at,
        "exp": issued_at + ANSWER_SECONDS,
        "sub": request.subject,
        "nonce": request.nonce,
        "acr": request.acr,
        "amr": [request.amr],  # Entra refuses more than one
    }
    header = {"kid": key.key_id, "typ": "JWT"}
    token = jwt.encode(claims, key.private_key, algorithm=_ALGORITHM, headers=header)
    return _answer(configuration, request.state, id_token=token)


def refused(error: Refused, state: str | None, configuration: ExternalMfa) -> Answer:
    return _answer(configuration, state, error=error.error, error_description=str(error))


def _answer(configuration: ExternalMfa, state: str | None, **fields: str) -> Answer:
    said = fields if state is None else {**fields, "state": state}
    return Answer(configuration.redirect_uri, said)
