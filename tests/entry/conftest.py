"""A host that lets in nobody without proof, and an identity provider that it trusts."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from devhost.azurite import Azurite
from devhost.process import HostProcess
from tests.api import Api
from tests.entry.tokens import AUDIENCE
from tests.fakes.identity_provider import IdentityProvider
from tests.fakes.tls import make_tls

# As by default but by the day, so that hardly any test runs while a window ends.
LIMITS = (
    *("begin.address=120/24h", "guess.account=5/24h", "authentication.address=10/24h"),
    "creation.tenant=off",
)


@pytest.fixture
async def provider(tmp_path: Path) -> AsyncIterator[IdentityProvider]:
    async with IdentityProvider(tls=make_tls(tmp_path), path="/oauth2/default") as provider:
        yield provider


@pytest.fixture
async def verified(
    azurite: Azurite, provider: IdentityProvider, signing_key_file: Path
) -> AsyncIterator[Api]:
    trusted = {
        "issuer": provider.issuer,
        "audiences": [AUDIENCE],
        "subjectClaims": ["uid"],
        "usernames": "trusted",
        "rolesClaim": "roles",
        "roles": {
            "Authenticators.Admin": ["helpdesk"],
            "Registrations.Create": ["enrolment"],
        },
        "applicationWhen": {"kind": "application"},
    }
    settings = {
        "TABLES_CONNECTION_STRING": azurite.connection_string,
        "SIGNING_KEY_FILE": str(signing_key_file),
        "REGISTRATION": "verified",
        "IDENTITY_PROVIDERS": json.dumps([trusted]),
        "SSL_CERT_FILE": str(provider.tls.authority),
        "TRUSTED_PROXY_HOPS": "1",
        "RATE_LIMITS": ",".join(LIMITS),
    }
    with HostProcess(settings=settings) as host:
        async with Api(host.url) as api:
            yield api
