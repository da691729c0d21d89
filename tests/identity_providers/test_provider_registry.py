"""From a bearer token to an identity, over real TLS."""

import asyncio
import json
import logging
import subprocess
import sys

import pytest

from shared import base64url
from shared.accounts.roles import Role
from shared.errors import ProviderUnavailable, TokenInvalid
from shared.http.problems import find_problem
from tests.fakes.identity_provider import Behaviour, IdentityProvider
from tests.identity_providers.claims import (
    FOREIGN_TENANT,
    OID,
    OTHER_TENANT,
    entra_access,
    entra_application,
    entra_id,
    okta_access,
    okta_application,
)
from tests.identity_providers.clock import Clock
from tests.identity_providers.settings import entra_of_several, okta
from tests.identity_providers.trusting import Trust, issuer_of

CREATE = Role.REGISTRATIONS_CREATE


async def test_identifies_people_and_applications_of_two_providers(
    trust: Trust, entra_server: IdentityProvider, okta_server: IdentityProvider
) -> None:
    several = entra_of_several(entra_server.issuer, roles={CREATE: [CREATE]})
    providers = trust(several, okta(okta_server.issuer))
    person = entra_server.sign(
        entra_access(issuer_of(entra_server, OTHER_TENANT), tid=OTHER_TENANT)
    )
    backend = entra_server.sign(entra_application(issuer_of(entra_server), roles=[CREATE]))
    ada = okta_server.sign(okta_access(okta_server.issuer))
    assert (await providers.identify(person)).subject == f"{OTHER_TENANT}/{OID}"
    application = await providers.identify(backend)
    assert application.is_application
    assert application.roles == {CREATE}
    assert (await providers.identify(ada)).roles == set()


async def test_an_application_without_the_role_has_no_right(
    trust: Trust, okta_server: IdentityProvider
) -> None:
    token = okta_server.sign(okta_application(okta_server.issuer))
    identity = await trust(okta(okta_server.issuer)).identify(token)
    assert identity.is_application
    assert identity.roles == set()


async def test_recognises_tokens_of_its_providers(
    trust: Trust, entra_server: IdentityProvider, okta_server: IdentityProvider
) -> None:
    providers = trust(entra_of_several(entra_server.issuer))
    assert providers.know(entra_server.sign(entra_access(issuer_of(entra_server))))
    for stranger in (
        okta_server.sign(okta_access(okta_server.issuer)),
        entra_server.sign(entra_access(issuer_of(entra_server, FOREIGN_TENANT))),
        entra_server.sign(entra_access(entra_server.issuer)),
        "no token",
    ):
        assert not providers.know(stranger)
        with pytest.raises(TokenInvalid) as raised:
            await providers.identify(stranger)
        assert raised.value.__cause__ is not None
    assert entra_server.requests == okta_server.requests == []


async def test_one_provider_cannot_sign_for_another(
    trust: Trust, entra_server: IdentityProvider, okta_server: IdentityProvider
) -> None:
    providers = trust(entra_of_several(entra_server.issuer), okta(okta_server.issuer))
    for claims in (okta_access(okta_server.issuer), entra_access(issuer_of(entra_server))):
        wrong = entra_server if claims["iss"] == okta_server.issuer else okta_server
        with pytest.raises(TokenInvalid):
            await providers.identify(wrong.sign(claims))


async def test_follows_a_key_rotation(trust: Trust, okta_server: IdentityProvider) -> None:
    providers = trust(okta(okta_server.issuer))
    claims = okta_access(okta_server.issuer)
    old = okta_server.sign(claims)
    await providers.identify(old)
    okta_server.rotate("second")
    await providers.identify(okta_server.sign(claims))
    with pytest.raises(TokenInvalid):
        await providers.identify(old)


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS512", "ES256"])
async def test_a_token_with_a_wrong_algorithm_causes_no_fetch(
    algorithm: str, trust: Trust, okta_server: IdentityProvider
) -> None:
    _, claims, signature = okta_server.sign(okta_access(okta_server.issuer)).split(".")
    header = base64url.encode(json.dumps({"alg": algorithm, "kid": "first"}).encode())
    with pytest.raises(TokenInvalid):
        await trust(okta(okta_server.issuer)).identify(f"{header}.{claims}.{signature}")
    assert okta_server.requests == []


async def test_many_unknown_key_ids_cause_one_fetch_a_minute(
    trust: Trust, okta_server: IdentityProvider, clock: Clock
) -> None:
    providers = trust(okta(okta_server.issuer))
    claims = okta_access(okta_server.issuer)
    await providers.identify(okta_server.sign(claims))

    async def attack(number: int) -> None:
        with pytest.raises(TokenInvalid):
            await providers.identify(okta_server.sign(claims, kid=f"../{number}"))

    await asyncio.gather(*map(attack, range(100)))
    assert okta_server.key_requests == 2
    clock.advance(minutes=1)
    await asyncio.gather(*map(attack, range(100)))
    assert okta_server.key_requests == 3


async def test_is_undecided_before_the_first_answer_of_the_provider(
    trust: Trust, okta_server: IdentityProvider
) -> None:
    okta_server.behaviour = Behaviour(status=500)
    token = okta_server.sign(okta_access(okta_server.issuer))
    with pytest.raises(ProviderUnavailable):
        await trust(okta(okta_server.issuer)).identify(token)


async def test_an_id_token_is_refused_end_to_end(
    trust: Trust, entra_server: IdentityProvider
) -> None:
    providers = trust(entra_of_several(entra_server.issuer))
    with pytest.raises(TokenInvalid):
        await providers.identify(entra_server.sign(entra_id(issuer_of(entra_server))))


async def test_the_log_has_the_reason_and_no_part_of_the_token(
    trust: Trust, okta_server: IdentityProvider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="touchstone")
    token = okta_server.sign(okta_access(okta_server.issuer, aud="somebody-private"))
    with pytest.raises(TokenInvalid):
        await trust(okta(okta_server.issuer)).identify(token)
    assert "aud is somebody else" in caplog.text
    for secret in ("somebody-private", "ada@example.com", *token.split(".")):
        assert secret not in caplog.text


def test_undecided_is_503_with_retry_after() -> None:
    problem = find_problem(ProviderUnavailable())
    assert problem.status == 503
    assert int(problem.headers["Retry-After"]) > 0


def test_the_libraries_for_graph_are_not_loaded_at_the_start() -> None:
    code = (
        "import sys, shared.wiring, shared.identity_providers.provider_registry;"
        "import shared.identity_providers.settings.providers;"
        "print(*{'msal', 'azure.identity', 'requests'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert run.stdout.strip() == ""
