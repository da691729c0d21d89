"""A host that requires proof, and an identity provider that it trusts."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from devhost.azurite import Azurite
from devhost.process import HostProcess
from tests.api import Api
from tests.fakes.identity_provider import IdentityProvider
from tests.fakes.in_a_thread import in_a_thread
from tests.fakes.tls import make_tls
from tests.relying_party.callers.authenticate.tokens import AUDIENCE

# The default limits, but by the day, so that hardly any window ends during a test.
LIMITS = (
    *("begin.address=120/24h", "guess.account=5/24h", "authentication.address=10/24h"),
    "creation.tenant=off",
)


@pytest.fixture(scope="package")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IdentityProvider]:
    with in_a_thread(_provider(tmp_path_factory.mktemp("provider"))) as provider:
        yield provider


def _provider(folder: Path) -> IdentityProvider:
    return IdentityProvider(tls=make_tls(folder), path="/oauth2/default")


@pytest.fixture(scope="package")
def host(
    azurite: Azurite, provider: IdentityProvider, signing_key_file: Path
) -> Iterator[HostProcess]:
    with HostProcess(settings=_trusting(provider, azurite, signing_key_file)) as host:
        yield host


@pytest.fixture
async def verified(host: HostProcess) -> AsyncIterator[Api]:
    async with Api(host.url) as api:
        yield api


@dataclass(frozen=True, slots=True, kw_only=True)
class Unasked:
    """A host that has not asked its provider for anything yet."""

    provider: IdentityProvider
    api: Api


@pytest.fixture
async def unasked(
    azurite: Azurite, signing_key_file: Path, tmp_path: Path
) -> AsyncIterator[Unasked]:
    async with _provider(tmp_path) as provider:
        with HostProcess(settings=_trusting(provider, azurite, signing_key_file)) as host:
            async with Api(host.url) as api:
                yield Unasked(provider=provider, api=api)


def _trusting(
    provider: IdentityProvider, azurite: Azurite, signing_key_file: Path
) -> dict[str, str]:
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
    return {
        "TABLES_CONNECTION_STRING": azurite.connection_string,
        "SIGNING_KEY_FILE": str(signing_key_file),
        "REGISTRATION": "verified",
        "IDENTITY_PROVIDERS": json.dumps([trusted]),
        "SSL_CERT_FILE": str(provider.tls.authority),
        "TRUSTED_PROXY_HOPS": "1",
        "RATE_LIMITS": ",".join(LIMITS),
    }
