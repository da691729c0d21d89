"""Another host of the same deployment, where every registration needs a token."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from devhost.azurite import Azurite
from devhost.process import HostProcess
from tests.api import Api
from tests.serving import WITHOUT_TIMER


@pytest.fixture(scope="session")
def verified_url(azurite: Azurite, signing_key_file: Path, touchstone_url: str) -> Iterator[str]:
    settings = {
        **WITHOUT_TIMER,
        "TABLES_CONNECTION_STRING": azurite.connection_string,
        "SIGNING_KEY_FILE": str(signing_key_file),
        "REGISTRATION": "verified",
        "ACCESS_PASS_ONE_TIME": "true",
        "RATE_LIMITS": "creation.tenant=off",
        "RP_ORIGINS": touchstone_url,
        "ISSUER": touchstone_url,
    }
    with HostProcess(settings=settings) as host:
        yield host.url


@pytest.fixture
async def verified_api(verified_url: str) -> AsyncIterator[Api]:
    async with Api(verified_url) as api:
        yield api
