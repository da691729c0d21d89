"""A token exchange without storage and without the way to Entra: the assertion is signed, and msal
makes the request and reads the answer. Against one bare signature."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256

from bench.ceremonies import ORIGIN
from bench.token_verification import signing_key
from bench.turns import Computation, Spent, take_turns
from shared.access.exchange.assertion import Assertion, sign_assertion
from shared.entra.bridged_http import BridgedHttp, Response
from shared.entra.entra_tokens import Wanted, ask

_LOGIN = "https://login.microsoftonline.com"
_TENANT = "9122040d-6c67-4c5b-b112-36a304b66dad"
_BASE = f"{_LOGIN}/{_TENANT}"
_WANTED = Wanted(
    tenant=_TENANT,
    client_id="600b719b-3766-4dc5-95a6-3c4a8dc31885",
    agent=None,
    scope="https://database.windows.net/.default",
)
_DOCUMENT = {
    "issuer": f"{_BASE}/v2.0",
    "authorization_endpoint": f"{_BASE}/oauth2/v2.0/authorize",
    "token_endpoint": f"{_BASE}/oauth2/v2.0/token",
}
_TOKEN = {"token_type": "Bearer", "expires_in": 3599, "access_token": "t" * 1500}
_ASSERTION = Assertion(subject="profile:orders", id="A" * 22, issued_at=0, expires_at=300)


@dataclass(frozen=True, slots=True)
class _Entra:
    """It answers at once."""

    def get(self, _url: str, **_: object) -> Response:
        return Response(200, json.dumps(_DOCUMENT), {})

    def post(self, _url: str, **_: object) -> Response:
        return Response(200, json.dumps(_TOKEN), {})


def measure_token_exchange() -> Spent:
    return take_turns(touchstone=full(), bare=_bare())


def full() -> Callable[[], dict[str, Any]]:
    key, entra = signing_key(), cast("BridgedHttp", _Entra())

    def exchange() -> dict[str, Any]:
        assertion = sign_assertion(_ASSERTION, issuer=ORIGIN, key=key)
        return ask(_WANTED, assertion, entra, login=_LOGIN)

    return exchange


def _bare() -> Computation:
    """The minimum for whoever signs an assertion."""
    private_key, scheme, algorithm = signing_key().private_key, padding.PKCS1v15(), SHA256()
    return lambda: private_key.sign(b"x" * 400, scheme, algorithm)
