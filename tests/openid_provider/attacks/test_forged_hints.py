"""A client, or whoever sends a request in its name, says whom it expects, and did not hear it from
us. OpenID Connect Core section 3.1.2.1."""

from collections.abc import Mapping
from typing import Any

import jwt
import pytest

from shared.errors import AuthorizationDenied
from shared.openid.authorization.interaction import Step
from shared.openid_provider.authorization.authorizing import Refused
from shared.openid_provider.authorization.continuing import ToDo
from shared.relying_party.sessions.token_issuer import Tokens
from tests.authenticator import SoftAuthenticator
from tests.harness.service_harness import ORIGIN, ServiceHarness
from tests.openid.asking_client import CLIENT, client
from tests.openid_provider.code_flow.provider import Provider, answered, parameters
from tests.sessions.claims import claims_of
from tests.sessions.issuing import other_key


@pytest.fixture
async def hint(provider: Provider, signed_in: Tokens) -> str:
    """A genuine one."""
    return (await provider.redeem(await provider.code(signed_in))).id_token or ""


async def sign(party: ServiceHarness, claims: Mapping[str, Any], **headers: str) -> str:
    """With our own key, as no thief can."""
    key = await party.parts.keys.signing_key()
    named = {"kid": key.key_id, "typ": "JWT"} | headers
    return jwt.encode(dict(claims), key.private_key, algorithm="RS256", headers=named)


async def forged(party: ServiceHarness, hint: str, tokens: Tokens) -> dict[str, str]:
    claims = claims_of(hint)
    kid = {"kid": jwt.get_unverified_header(hint)["kid"], "typ": "JWT"}
    head, body, signature = hint.split(".")
    return {
        "other key": jwt.encode(claims, other_key().private_key, "RS256", headers=kid),
        "none": jwt.encode(claims, "", "none", headers=kid),
        "HMAC": jwt.encode(claims, "s" * 32, "HS256", headers=kid),
        "no signature": f"{head}.{body}.",
        "other content": f"{head}.{body[:-4]}AAAA.{signature}",
        "of another client": await sign(party, claims | {"aud": "other"}),
        "of several clients": await sign(party, claims | {"aud": ["app", "other"]}),
        "of an answer to Entra": await sign(party, claims | {"iss": f"{ORIGIN}/entra"}),
        "of a logout": await sign(party, claims, typ="logout+jwt"),
        "an access token": await sign(party, claims, typ="at+jwt"),
        "of nobody": await sign(party, claims | {"sub": None}),
        "account": tokens.access_token,
        "text": "x",
    }


async def test_a_forged_hint_is_refused_before_anybody_is_asked(
    provider: Provider, party: ServiceHarness, signed_in: Tokens, hint: str
) -> None:
    assert await provider.begin(id_token_hint=hint)
    for kind, text in (await forged(party, hint, signed_in)).items():
        sent = parameters(id_token_hint=text)
        refused = await provider.authorizing.begin(sent, in_frame=False, address=None)
        assert isinstance(refused, Refused), kind
        assert refused.error.name == "invalid_request", kind
        with pytest.raises(AuthorizationDenied):
            await provider.pushed.push(sent, CLIENT, thumbprint=None, address=None)


async def test_a_hint_of_one_client_is_none_of_another(
    party: ServiceHarness, signed_in: Tokens, hint: str
) -> None:
    other = Provider(party, client(id="other"))
    sent = parameters(client_id="other", id_token_hint=hint)
    refused = await other.authorizing.begin(sent, in_frame=False, address=None)
    assert isinstance(refused, Refused)
    del signed_in


@pytest.mark.parametrize("by", ["id_token_hint", "claims"])
async def test_nobody_else_answers_for_the_person_whom_the_client_expects(
    provider: Provider, party: ServiceHarness, hint: str, mallorys: SoftAuthenticator, by: str
) -> None:
    subject = claims_of(hint)["sub"]
    named = {"id_token_hint": hint, "claims": f'{{"id_token":{{"sub":{{"value":"{subject}"}}}}}}'}
    await party.register(mallorys, "mallory")
    mallory = (await party.sign_in(mallorys)).tokens
    found = await provider.go_on(await provider.begin(**{by: named[by]}), mallory, consents=True)
    assert isinstance(found, ToDo)
    assert found.step is Step.SIGN_IN
    quiet = await provider.begin(**{by: named[by]}, prompt="none")
    assert answered(await provider.go_on(quiet, mallory))["error"] == "login_required"
