"""A thief puts a code into a sign-in that it is not from, or has somebody finish a sign-in that the
thief began. RFC 9700 sections 4.5 and 4.7, RFC 7636 section 1."""

from hashlib import sha256

import pytest

from shared import base64url
from shared.errors import AuthorizationDenied, GrantRefused
from shared.openid_provider.authorization.authorizing import Refused
from shared.relying_party.sessions.token_issuer import Tokens
from tests.authenticator import SoftAuthenticator
from tests.harness.service_harness import ServiceHarness
from tests.openid.asking_client import CLIENT, client
from tests.openid.authorization.requesting import CHALLENGE, VERIFIER
from tests.openid_provider.code_flow.provider import Provider, answered, parameters
from tests.sessions.claims import claims_of

THIEFS_VERIFIER = "thief" * 9
THIEFS_CHALLENGE = base64url.encode(sha256(THIEFS_VERIFIER.encode()).digest())


@pytest.fixture
async def mallory(party: ServiceHarness, signed_in: Tokens, mallorys: SoftAuthenticator) -> Tokens:
    del signed_in  # the first one is the administrator
    await party.register(mallorys, "mallory")
    return (await party.sign_in(mallorys)).tokens


async def test_a_stolen_code_is_not_redeemed_in_the_thiefs_own_sign_in(
    provider: Provider, signed_in: Tokens
) -> None:
    """The thief began one at the same application, which sends the verifier of that one."""
    stolen = await provider.code(signed_in)
    with pytest.raises(GrantRefused):
        await provider.redeem(stolen, code_verifier=THIEFS_VERIFIER)
    with pytest.raises(GrantRefused):
        await provider.redeem(stolen)


async def test_nobody_is_signed_in_as_the_thief(provider: Provider, mallory: Tokens) -> None:
    """Login CSRF: the victim's browser brings the thief's code, and the application sends what
    belongs to the victim's sign-in."""
    code = await provider.code(mallory, code_challenge=THIEFS_CHALLENGE)
    with pytest.raises(GrantRefused):
        await provider.redeem(code, code_verifier=VERIFIER)


async def test_a_sign_in_that_a_thief_began_helps_the_thief_to_nothing_at_another_client(
    party: ServiceHarness, signed_in: Tokens
) -> None:
    """The victim opens the thief's link to our page. The code goes to the client that the link is
    for, and only the thief's browser there has the verifier."""
    other = client(id="other", redirect_uris=("https://other.example/cb",))
    provider = Provider(party, CLIENT, other)
    sealed = await provider.begin(code_challenge=THIEFS_CHALLENGE, state="the thief's")
    found = answered(await provider.go_on(sealed, signed_in))
    assert found["state"] == "the thief's"  # the victim's browser has another one there
    with pytest.raises(GrantRefused):
        await provider.redeem(
            found["code"],
            other,
            redirect_uri=other.redirect_uris[0],
            code_verifier=THIEFS_VERIFIER,
        )


async def test_the_nonce_is_that_of_the_sign_in(provider: Provider, signed_in: Tokens) -> None:
    """For clients that look at the nonce in place of PKCE."""
    code = await provider.code(signed_in, nonce="the victim's")
    await provider.code(signed_in, nonce="the thief's")
    tokens = await provider.redeem(code)
    assert claims_of(tokens.id_token or "")["nonce"] == "the victim's"


@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge": None},
        {"code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": "s256"},
        {"code_challenge_method": "S256 "},
        {"code_challenge": "", "code_challenge_method": ""},
        {"code_challenge": VERIFIER[:-1]},
        {"code_challenge": CHALLENGE + "="},
        {"code_challenge": CHALLENGE + "\n"},
    ],
)
async def test_pkce_is_not_left_out_on_the_way(
    provider: Provider, changes: dict[str, str | None]
) -> None:
    """Whoever changes the request in the victim's browser would redeem the code without a
    verifier. It is the same for a request that is pushed."""
    refused = await provider.authorizing.begin(parameters(**changes), in_frame=False, address=None)
    assert isinstance(refused, Refused)
    with pytest.raises(AuthorizationDenied):
        await provider.pushed.push(parameters(**changes), CLIENT, thumbprint=None, address=None)


async def test_a_code_needs_the_verifier_and_nothing_like_it(
    provider: Provider, signed_in: Tokens
) -> None:
    for verifier in (
        *(None, "", CHALLENGE, VERIFIER[:-1], VERIFIER + "v", VERIFIER + "\n", " " + VERIFIER),
        *("V" * 43, VERIFIER + "\x00", "v" * 129, "\uff56" * 43),
    ):
        code = await provider.code(signed_in)
        with pytest.raises(GrantRefused):
            await provider.redeem(code, code_verifier=verifier)


async def test_a_client_cannot_redeem_by_the_method_that_it_did_not_use(
    provider: Provider, signed_in: Tokens
) -> None:
    """The other direction: the thief knows the challenge, and sends it as the verifier."""
    code = await provider.code(signed_in, code_challenge=THIEFS_CHALLENGE)
    with pytest.raises(GrantRefused):
        await provider.redeem(code, code_verifier=THIEFS_CHALLENGE)
