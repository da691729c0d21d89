"""Authorization requests as clients send them."""

from collections.abc import Iterable
from hashlib import sha256

from shared import base64url
from shared.openid.authorization.parameters import read_parameters
from shared.openid.authorization.reading import Rules, read_address, read_request
from shared.openid.authorization.request import AuthorizationRequest, ReturnAddress
from shared.openid.clients.client import Client
from shared.sessions.token_settings import TokenSettings
from tests.openid.asking_client import CLIENT, REDIRECT_URI
from tests.sessions.issuing import our_key

ISSUER = "https://login.example.org"
SETTINGS = TokenSettings(issuer=ISSUER, audience="https://api.example.org", lifetime_seconds=300)
VERIFIER = "v" * 43
CHALLENGE = base64url.encode(sha256(VERIFIER.encode()).digest())
PARAMETERS = {
    "client_id": CLIENT.id,
    "redirect_uri": REDIRECT_URI,
    "response_type": "code",
    "scope": "openid",
    "state": "the state",
    "nonce": "the nonce",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


def sent(**changes: str | None) -> list[tuple[str, str]]:
    """The parameters, changed. None leaves one out."""
    return [(name, value) for name, value in (PARAMETERS | changes).items() if value is not None]


def address(pairs: Iterable[tuple[str, str]], client: Client = CLIENT) -> ReturnAddress:
    return read_address(read_parameters(pairs), client)


def read(pairs: Iterable[tuple[str, str]], client: Client = CLIENT) -> AuthorizationRequest:
    pairs = list(pairs)
    rules = Rules(settings=SETTINGS, keys=[our_key()], details_types={"approval"})
    return read_request(
        read_parameters(pairs), client, answer_to=address(pairs, client), rules=rules
    )


def request(client: Client = CLIENT, /, **changes: str | None) -> AuthorizationRequest:
    return read(sent(**changes), client)
