"""Hosts that share one storage."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from devhost.azurite import Azurite
from devhost.process import HostProcess
from tests.api import Api
from tests.serving import WITHOUT_TIMER


@pytest.fixture(scope="session")
def settings(azurite: Azurite, signing_key_file: Path, touchstone_url: str) -> dict[str, str]:
    """Settings of another host of the deployment at touchstone_url."""
    return {
        **WITHOUT_TIMER,
        "TABLES_CONNECTION_STRING": azurite.connection_string,
        "SIGNING_KEY_FILE": str(signing_key_file),
        "RATE_LIMITS": "creation.tenant=off",
        "REFRESH_GRACE_SECONDS": "60",
        "RP_ORIGINS": touchstone_url,
        "ISSUER": touchstone_url,
    }


@pytest.fixture(scope="session")
def second_url(settings: dict[str, str]) -> Iterator[str]:
    with HostProcess(settings=settings) as host:
        yield host.url


@pytest.fixture
async def second_api(second_url: str) -> AsyncIterator[Api]:
    async with Api(second_url) as api:
        yield api
