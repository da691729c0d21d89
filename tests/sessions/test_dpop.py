"""A proof is valid for one request, one key and a few minutes."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st
from jwt.algorithms import OKPAlgorithm

from shared.errors import DpopProofInvalid
from shared.relying_party.callers.seen_proofs import SeenProofs
from shared.sessions.dpop import ALGORITHMS, LEEWAY_SECONDS, WINDOW_SECONDS, Proof, verify_proof
from tests.authenticator import base64url
from tests.authenticator.keys import RS256, generate_rsa, large_rsa, with_long_exponent
from tests.dpop import ClientKey

type PrivateKey = (
    ec.EllipticCurvePrivateKey
    | rsa.RSAPrivateKey
    | ed25519.Ed25519PrivateKey
    | ed448.Ed448PrivateKey
)

NOW = datetime(2031, 5, 17, 12, tzinfo=UTC)
AT = int(NOW.timestamp())
METHOD, ADDRESS, TOKEN = "POST", "https://touchstone.example/register/begin", "a.b.c"
KEY = ClientKey()
MOST = WINDOW_SECONDS + LEEWAY_SECONDS


def _prove(
    changed: Mapping[str, object] | None = None,
    *,
    token: str | None = TOKEN,
    headers: Mapping[str, object] | None = None,
) -> str:
    claims = {"iat": AT, **(changed or {})}
    return KEY.prove(METHOD, ADDRESS, token=token, headers=headers, changed=claims)


def _verify(proof: str, *, now: datetime = NOW) -> Proof:
    return verify_proof(proof, method=METHOD, address=ADDRESS, now=now, access_token=TOKEN)


def _is_refused(
    proof: str, *, address: str = ADDRESS, token: str | None = TOKEN, now: datetime = NOW
) -> bool:
    """Any error except DpopProofInvalid is raised."""
    try:
        verify_proof(proof, method=METHOD, address=address, now=now, access_token=token)
    except DpopProofInvalid:
        return True
    return False


def test_an_honest_proof_shows_whose_key_it_is() -> None:
    assert _verify(_prove({"jti": "once"})) == Proof(thumbprint=KEY.thumbprint, id="once")


def test_the_thumbprint_is_that_of_rfc_7638() -> None:
    """The RSA key of its section 3.1; it signs nothing."""
    modulus = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_B"
        "JECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_F"
        "DW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4"
        "vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
    )
    canonical = json.dumps({"e": "AQAB", "kty": "RSA", "n": modulus}, separators=(",", ":"))
    digest = base64url.encode(sha256(canonical.encode()).digest())
    assert digest == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_each_announced_algorithm_is_accepted(algorithm: str) -> None:
    assert not _is_refused(_signed_by(_new_key(algorithm), algorithm))


def _new_key(algorithm: str) -> PrivateKey:
    match algorithm:
        case "ES256":
            return ec.generate_private_key(ec.SECP256R1())
        case "ES384":
            return ec.generate_private_key(ec.SECP384R1())
        case "EdDSA" | "Ed25519":
            return ed25519.Ed25519PrivateKey.generate()
        case _:
            return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _signed_by(private: PrivateKey, algorithm: str) -> str:
    claims = {"htm": METHOD, "htu": ADDRESS, "iat": AT, "jti": "x", "ath": _hash(TOKEN)}
    signing = jwt.PyJWS()
    signing.register_algorithm("Ed25519", OKPAlgorithm())  # it only knows the name of RFC 8037
    public = json.loads(signing.get_algorithm_by_name(algorithm).to_jwk(private.public_key()))
    headers = {"typ": "dpop+jwt", "jwk": public}
    return signing.encode(json.dumps(claims).encode(), private, algorithm, headers)


def _hash(text: str) -> str:
    return base64url.encode(sha256(text.encode()).digest())


@pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")
def test_keys_that_are_too_weak_or_too_large_are_refused() -> None:
    short = generate_rsa(RS256, bits=1024)
    assert _is_refused(_signed_by(short.private_key, "RS256"))
    assert not _is_refused(_signed_by(large_rsa(4096), "RS256"))
    assert _is_refused(_signed_by(large_rsa(4104), "RS256"))
    slow = with_long_exponent(rsa.generate_private_key(public_exponent=65537, key_size=2048))
    assert _is_refused(_signed_by(slow, "RS256"))
    for algorithm in ("EdDSA", "Ed25519"):
        assert _is_refused(_signed_by(ed448.Ed448PrivateKey.generate(), algorithm))
    assert _is_refused(_signed_by(ec.generate_private_key(ec.SECP256K1()), "ES256K"))


@pytest.mark.parametrize("name", ["d", "p", "q", "dp", "dq", "qi", "oth", "k"])
def test_a_key_with_private_members_is_refused(name: str) -> None:
    assert _is_refused(_prove(headers={"jwk": KEY.jwk | {name: "AAAA"}}))


def test_other_members_of_a_key_are_ignored() -> None:
    named = _prove(headers={"jwk": KEY.jwk | {"kid": "mine", "use": "sig", "alg": "ES256"}})
    assert _verify(named).thumbprint == KEY.thumbprint


@pytest.mark.parametrize(
    "jwk", [None, "x", 1, [], {}, {"kty": "oct", "k": "AAAA"}, {"kty": "EC"}, {"kty": []}]
)
def test_a_malformed_public_key_is_refused(jwk: object) -> None:
    assert _is_refused(_prove(headers={"jwk": jwk}))


def test_another_key_than_the_one_that_signed_is_refused() -> None:
    assert _is_refused(_prove(headers={"jwk": ClientKey().jwk}))


@pytest.mark.parametrize("typ", [None, "", "JWT", "dpop", "DPOP+JWT", "dpop+jwt ", "at+jwt", 1])
def test_another_type_is_refused(typ: object) -> None:
    assert _is_refused(_prove(headers={"typ": typ}))


def test_the_type_is_compared_as_json_has_it() -> None:
    """RFC 8259 lets a writer escape any character."""
    header, claims = (base64url.decode(part) for part in _prove().split(".")[:2])
    spelled = header.replace(b"dpop+jwt", b"dpop\\u002bjwt")
    unsigned = f"{base64url.encode(spelled)}.{base64url.encode(claims)}"
    signer = jwt.get_algorithm_by_name("ES256")
    signature = signer.sign(unsigned.encode(), KEY.private_key)
    assert not _is_refused(f"{unsigned}.{base64url.encode(signature)}")


@pytest.mark.parametrize("algorithm", ["none", "HS256", "ES512", "RS512", "", None])
def test_another_algorithm_is_refused(algorithm: str | None) -> None:
    head = {"typ": "dpop+jwt", "jwk": KEY.jwk, "alg": algorithm}
    parts = [json.dumps(head).encode(), base64url.decode(_prove().split(".")[1]), b""]
    assert _is_refused(".".join(map(base64url.encode, parts)))


@pytest.mark.parametrize("name", ["htm", "htu", "iat", "jti", "ath"])
def test_each_claim_is_required(name: str) -> None:
    assert _is_refused(_prove({name: None}))


@pytest.mark.parametrize(
    "changed",
    [
        *({"htm": "GET"}, {"htm": "post"}, {"htm": 1}),
        *({"htu": "https://touchstone.example/me"}, {"htu": 1}, {"htu": ""}, {"htu": [ADDRESS]}),
        *({"htu": "http://touchstone.example/register/begin"}, {"htu": "/register/begin"}),
        *({"htu": "https://evil.example/register/begin"}, {"htu": f"{ADDRESS}/"}),
        *({"htu": "https://touchstone.example:8443/register/begin"}, {"htu": f"{ADDRESS}?a=b"}),
        *({"htu": "https://a@touchstone.example/register/begin"}, {"htu": f"{ADDRESS}#x"}),
        *({"htu": "https://touchstone.example/register%2Fbegin"}, {"htu": "https://[/"}),
        *({"iat": "now"}, {"iat": []}, {"iat": 10**400}, {"iat": float("nan")}),
        *({"jti": ""}, {"jti": "x" * 129}, {"jti": 1}, {"jti": []}),
        *({"ath": ""}, {"ath": _hash("another")}, {"ath": 1}, {"ath": TOKEN}),
    ],
    ids=str,
)
def test_a_proof_for_something_else_is_refused(changed: dict[str, object]) -> None:
    assert _is_refused(_prove(changed))


@pytest.mark.parametrize(
    "address",
    [
        "HTTPS://Touchstone.Example/register/begin",
        "https://touchstone.example:443/register/begin",
        "https://touchstone.example/%72egister/begin",
        "https://touchstone.example/register/%62%65gin",
    ],
)
def test_an_address_has_many_spellings(address: str) -> None:
    assert not _is_refused(_prove({"htu": address}))


def test_escapes_in_a_path_are_compared() -> None:
    """`a%2Fb` is one segment, `a/b` are two; other escapes do not change a segment."""
    place = "https://touchstone.example/users/a%2fb \u00e9'"
    for spelled in ("a%2Fb%20%C3%A9%27", "%61%2fb%20%c3%a9'"):
        proof = _prove({"htu": f"https://touchstone.example/users/{spelled}"})
        assert not _is_refused(proof, address=place)
    for other in ("a/b%20%C3%A9'", "a%252Fb%20%C3%A9'"):
        proof = _prove({"htu": f"https://touchstone.example/users/{other}"})
        assert _is_refused(proof, address=place)


def test_an_issuer_without_a_path_is_an_address() -> None:
    proof = _prove({"htu": "https://touchstone.example"})
    assert not _is_refused(proof, address="https://touchstone.example/")


@pytest.mark.parametrize(("off", "counts"), [(-MOST, True), (MOST, True), (-MOST - 1, False)])
def test_an_old_proof_is_refused(off: int, counts: bool) -> None:
    assert _is_refused(_prove({"iat": AT + off})) is not counts


def test_a_proof_from_the_future_is_refused() -> None:
    assert _is_refused(_prove({"iat": AT + MOST + 1}))
    assert not _is_refused(_prove({"iat": AT + MOST}))


def test_a_proof_without_a_token_has_no_token_hash() -> None:
    assert not _is_refused(_prove(token=None), token=None)
    assert _is_refused(_prove(token=None))


def _deep(depth: int) -> str:
    return base64url.encode(b'{"x":' + b"[" * depth)


@pytest.mark.parametrize(
    "proof",
    [
        *("", ".", "..", "a.b.c", "e30.e30.e30", "bnVsbA.bnVsbA.bnVsbA", "W10.W10.W10"),
        *("\ud800", "\u00e9.\u00e9.\u00e9", "A" * 5_000, f"{_deep(2_900)}.e30.AA"),
    ],
    ids=lambda proof: ascii(proof[:20]),
)
def test_a_malformed_proof_is_refused(proof: str) -> None:
    assert _is_refused(proof)


def test_two_proofs_in_one_header_are_refused() -> None:
    """A proxy joins two headers of one name in this way."""
    assert _is_refused(f"{_prove()},{_prove()}")
    assert _is_refused(f"{_prove()}, {_prove()}")


@given(st.dictionaries(st.sampled_from(["htm", "htu", "iat", "jti", "ath"]), st.none() | st.text()))
def test_any_claims_are_accepted_or_refused(changed: dict[str, str | None]) -> None:
    _is_refused(_prove(changed))


def test_a_proof_is_accepted_once() -> None:
    seen, proof = SeenProofs(), Proof(thumbprint="k", id="1")
    assert seen.is_new(proof, now=NOW)
    assert not seen.is_new(proof, now=NOW + timedelta(seconds=2 * MOST - 1))
    assert seen.is_new(Proof(thumbprint="other", id="1"), now=NOW)
    assert seen.is_new(Proof(thumbprint="k", id="2"), now=NOW)


def test_a_proof_is_remembered_while_it_is_valid() -> None:
    """The clock of the client may be ahead."""
    ahead = _prove({"iat": AT + MOST})
    last = NOW + timedelta(seconds=2 * MOST)
    assert not _is_refused(ahead, now=last)
    assert _is_refused(ahead, now=last + timedelta(seconds=1))
    seen = SeenProofs()
    assert seen.is_new(_verify(ahead), now=NOW)
    assert not seen.is_new(_verify(ahead, now=last), now=last)
    assert seen.is_new(Proof(thumbprint="k", id="later"), now=last + timedelta(seconds=1))


def test_the_number_of_remembered_proofs_is_limited() -> None:
    seen = SeenProofs(most=3)
    for number in range(9):
        assert seen.is_new(Proof(thumbprint="k", id=str(number)), now=NOW)
    assert not seen.is_new(Proof(thumbprint="k", id="8"), now=NOW)
    assert seen.is_new(Proof(thumbprint="k", id="0"), now=NOW)
