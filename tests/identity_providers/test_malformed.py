"""Bearer tokens that are not signed tokens."""

import json

import pytest

from shared import base64url
from shared.signed_tokens.claims import Untrusted
from shared.signed_tokens.signed_token import read_token
from tests.identity_providers.claims import okta_access
from tests.identity_providers.settings import OKTA, okta, read
from tests.identity_providers.verifying import SIGNER, refusal, refusal_of

PROVIDER = read(okta())
CLAIMS = okta_access(OKTA)
GOOD = SIGNER.sign(CLAIMS)
HEADER, PAYLOAD, SIGNATURE = GOOD.split(".")


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "x.y.z",
        f"{HEADER}.{PAYLOAD}",
        f"{GOOD}.",
        f"{GOOD}.{SIGNATURE}.{SIGNATURE}",
        f"{HEADER}..{SIGNATURE}",
        f"{HEADER}={'.'}{PAYLOAD}.{SIGNATURE}",
        f"{HEADER}.{PAYLOAD}=.{SIGNATURE}",
        f"{HEADER}\n.{PAYLOAD}.{SIGNATURE}",
        f"é{GOOD}",
        "\ud800.\ud800.\ud800",
        "a" * 40_000,
        f"{HEADER}.{'A' * 40_000}.{SIGNATURE}",
        f"{base64url.encode(b'[]')}.{PAYLOAD}.{SIGNATURE}",
        f"{base64url.encode(b'[' * 9_000)}.{PAYLOAD}.{SIGNATURE}",
        f"{base64url.encode(b'{"alg":"RS256","alg":"none","kid":"first"}')}.{PAYLOAD}.{SIGNATURE}",
        f"{base64url.encode(b'{"alg":NaN,"kid":"first"}')}.{PAYLOAD}.{SIGNATURE}",
    ],
)
def test_refuses_a_text_that_is_not_a_signed_token(token: str) -> None:
    with pytest.raises(Untrusted):
        read_token(token)


def test_refuses_duplicate_claims() -> None:
    payload = json.dumps(CLAIMS)[:-1].encode() + b', "uid": "victim"}'
    signed = f"{HEADER}.{base64url.encode(payload)}.{SIGNATURE}"
    assert refusal_of(signed, PROVIDER) == "not JSON in base64url"


def test_refuses_a_token_without_an_issuer() -> None:
    assert refusal(PROVIDER, okta_access(OKTA, iss=None)) == "iss is required"
