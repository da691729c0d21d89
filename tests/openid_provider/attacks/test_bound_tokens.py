"""A thief has a token that is bound to a key, or a proof of the key. RFC 9449 section 11."""

import jwt
import pytest

from shared import base64url
from tests.blueprints.openid.test_tokens import BASIC, redeem, refused
from tests.blueprints.openid.web import Browser, Web, body_of, parameters, redemption, request_in
from tests.dpop import ClientKey
from tests.harness.service_harness import ORIGIN, ServiceHarness
from tests.openid.asking_client import client
from tests.openid_provider.code_flow.provider import Registered

OFFLINE = "openid offline_access"
KEY, THIEFS = ClientKey(), ClientKey()


class Prover:
    def __init__(self, party: ServiceHarness, key: ClientKey) -> None:
        self.party, self.key = party, key

    def prove(self, path: str, method: str = "POST", *, token: str | None = None) -> str:
        now = {"iat": int(self.party.clock.now.timestamp())}
        return self.key.prove(method, ORIGIN + path, token=token, changed=now)


@pytest.fixture
def owner(party: ServiceHarness) -> Prover:
    return Prover(party, KEY)


@pytest.fixture
def thief(party: ServiceHarness) -> Prover:
    return Prover(party, THIEFS)


async def test_a_code_is_worth_nothing_with_another_key(
    web: Web, browser: Browser, owner: Prover, thief: Prover
) -> None:
    """Section 10: the client named its key when it asked for the code, there or when it pushed."""
    pushed = await web.post("/par", parameters(), DPoP=owner.prove("/par"))
    brought = {"client_id": "app", "request_uri": body_of(pushed)["request_uri"]}
    for sealed in (
        await browser.brings(dpop_jkt=KEY.thumbprint),
        request_in(await browser.open(brought)),
    ):
        for headers in ({"DPoP": thief.prove("/token")}, {}):
            location = str((await browser.step(sealed))["location"])
            code = location.partition("code=")[2].partition("&")[0]
            response = await web.post("/token", redemption(code), **headers)
            assert refused(response) == (400, "invalid_grant")


async def test_two_keys_at_a_push_are_none(web: Web, owner: Prover) -> None:
    sent = parameters(dpop_jkt=THIEFS.thumbprint)
    response = await web.post("/par", sent, DPoP=owner.prove("/par"))
    assert refused(response) == (400, "invalid_dpop_proof")


async def test_a_proof_counts_once_and_for_its_address_alone(
    web: Web, browser: Browser, owner: Prover
) -> None:
    used = owner.prove("/token")
    await redeem(web, redemption(await browser.code()), DPoP=used)
    for proof in (used, owner.prove("/par"), owner.prove("/token", "GET")):
        response = await web.post("/token", redemption(await browser.code()), DPoP=proof)
        assert refused(response) == (400, "invalid_dpop_proof")
    for proof in (used, owner.prove("/token")):
        assert (await web.post("/par", parameters(), DPoP=proof)).status_code == 400


async def test_a_bad_proof_does_not_use_a_code_up(
    web: Web, browser: Browser, owner: Prover
) -> None:
    form = redemption(await browser.code())
    response = await web.post("/token", form, DPoP=owner.prove("/par"))
    assert refused(response) == (400, "invalid_dpop_proof")
    assert await redeem(web, form, DPoP=owner.prove("/token"))


async def test_the_key_cannot_be_changed_at_a_refresh(
    web: Web, browser: Browser, owner: Prover, thief: Prover
) -> None:
    code = await browser.code(scope=OFFLINE)
    found = await redeem(web, redemption(code), DPoP=owner.prove("/token"))
    token = str(found["refresh_token"])
    form = {"grant_type": "refresh_token", "client_id": "app", "refresh_token": token}
    for headers in ({}, {"DPoP": thief.prove("/token")}):
        assert refused(await web.post("/token", form, **headers)) == (400, "invalid_grant")
    assert (await redeem(web, form, DPoP=owner.prove("/token")))["token_type"] == "DPoP"


async def test_a_plain_refresh_token_is_not_bound_by_whoever_has_it(
    web: Web, browser: Browser, thief: Prover
) -> None:
    """A thief would keep it for themselves."""
    found = await redeem(web, redemption(await browser.code(scope=OFFLINE)))
    token = str(found["refresh_token"])
    form = {"grant_type": "refresh_token", "client_id": "app", "refresh_token": token}
    response = await web.post("/token", form, DPoP=thief.prove("/token"))
    assert refused(response) == (400, "invalid_grant")
    assert await redeem(web, form)


async def test_a_bound_token_tells_nothing_without_its_key(
    web: Web, browser: Browser, owner: Prover, thief: Prover
) -> None:
    found = await redeem(web, redemption(await browser.code()), DPoP=owner.prove("/token"))
    other = await redeem(web, redemption(await browser.code()), DPoP=owner.prove("/token"))
    token = str(found["access_token"])
    right = owner.prove("/userinfo", "GET", token=token)
    for scheme, proof in (
        ("Bearer", None),
        ("Bearer", right),
        ("DPoP", None),
        ("DPoP", thief.prove("/userinfo", "GET", token=token)),
        ("DPoP", owner.prove("/userinfo", "GET", token=str(other["access_token"]))),
        ("DPoP", owner.prove("/userinfo", "GET")),
        ("DPoP", owner.prove("/userinfo", "POST", token=token)),
        ("DPoP", owner.prove("/token", "GET", token=token)),
        ("DPoP", f"{right}, {right}"),
    ):
        headers = {"Authorization": f"{scheme} {token}"} | ({"DPoP": proof} if proof else {})
        response = await web.send("GET", "/userinfo", **headers)
        assert response.status_code == 401, (scheme, proof)
    headers = {"Authorization": f"DPoP {token}", "DPoP": right}
    assert (await web.send("GET", "/userinfo", **headers)).status_code == 200
    assert (await web.send("GET", "/userinfo", **headers)).status_code == 401


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
async def test_a_proof_is_signed_with_a_private_key(
    web: Web, browser: Browser, party: ServiceHarness, algorithm: str
) -> None:
    """The key in its header is a public one, so it must not be read as a shared secret."""
    now = int(party.clock.now.timestamp())
    claims = {"htm": "POST", "htu": f"{ORIGIN}/token", "iat": now, "jti": "1"}
    headers = {"typ": "dpop+jwt", "jwk": KEY.jwk}
    secret = base64url.decode(KEY.jwk["x"]) if algorithm == "HS256" else ""
    proof = jwt.encode(claims, secret, algorithm=algorithm, headers=headers)
    response = await web.post("/token", redemption(await browser.code()), DPoP=proof)
    assert refused(response) == (400, "invalid_dpop_proof")


async def test_a_client_of_bound_tokens_gets_no_others(
    web: Web, browser: Browser, registered: Registered, owner: Prover
) -> None:
    registered.clients["app"] = client(bound_tokens=True)
    code = await browser.code(scope=OFFLINE)
    assert refused(await web.post("/token", redemption(code))) == (400, "invalid_dpop_proof")
    code = await browser.code(scope=OFFLINE)
    found = await redeem(web, redemption(code), DPoP=owner.prove("/token"))
    token = str(found["refresh_token"])
    form = {"grant_type": "refresh_token", "client_id": "app", "refresh_token": token}
    assert refused(await web.post("/token", form)) == (400, "invalid_dpop_proof")
    assert await redeem(web, form, DPoP=owner.prove("/token"))


async def test_a_client_that_needs_keys_since_gets_no_plain_tokens(
    web: Web, browser: Browser, registered: Registered
) -> None:
    code = await browser.code(client_id="confidential", scope=OFFLINE)
    found = await redeem(web, redemption(code, client_id=None), Authorization=BASIC)
    before = registered.clients["confidential"]
    registered.clients["confidential"] = client(
        id="confidential", authentication=before.authentication, bound_tokens=True
    )
    form = {"grant_type": "refresh_token", "refresh_token": str(found["refresh_token"])}
    response = await web.post("/token", form, Authorization=BASIC)
    assert refused(response) == (400, "invalid_dpop_proof")
