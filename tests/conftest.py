"""The real thing, started once for each test process: Azurite, and the app in the local host."""

import asyncio
import gc
import json
import os
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from devhost.azurite import Azurite
from devhost.event_loops import policy_as_in_azure
from devhost.process import HostProcess
from tests.access.profiles.documents import FIXED
from tests.api import Api
from tests.authenticator import SoftAuthenticator
from tests.fakes.access_profiles import PROFILES
from tests.fakes.entra import CLIENT_ID, TENANT
from tests.fakes.entra_server import EntraServer
from tests.fakes.in_a_thread import in_a_thread
from tests.fakes.openid_client import CLIENTS
from tests.fakes.protected_site import PAGES, SECRETS
from tests.fakes.tls import make_tls

pytest_plugins = ["tests.harness.fixtures"]

# The same examples at each run, and all the time they need, as a machine may be busy at any moment.
settings.register_profile(
    "touchstone",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("touchstone")

# No host records one begin in a hundred by chance: tests that count events would find it.
os.environ["AUDIT_BEGUN_ONE_IN"] = "0"
# Hosts that tests start seal events immediately: no test waits two minutes for it.
os.environ["AUDIT_SETTLING_SECONDS"] = "0"

# The tests of asynchronous code, and fixtures, run on the event loop of Azure's worker.
# Without io_uring, which containers mostly forbid: it takes longer to open than most tests to run.
os.environ["UV_USE_IO_URING"] = "0"
asyncio.set_event_loop_policy(policy_as_in_azure())

# Each host that a test starts would compile the whole app again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Without the garbage collector: it would look through all tests again and again, while they
    are collected and while they run."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--crash-points",
        choices=("some", "all"),
        default="some",
        help="of the calls, delays and clocks of tests/relying_party/test_record_crashes.py",
    )
    parser.addoption(
        "--random-acts",
        type=int,
        default=150,
        help="in each run of tests/relying_party/test_random_runs.py",
    )
    parser.addoption(
        "--recorded-events",
        type=int,
        default=800,
        help="by both processes of tests/resilience/test_recording_processes.py",
    )
    parser.addoption(
        "--racing-sessions",
        type=int,
        default=20,
        help="refreshed at once in tests/resilience/test_refresh_races.py",
    )
    parser.addoption(
        "--made-up-requests",
        type=int,
        default=15,
        help="for each operation in tests/http/test_openapi_fuzz.py",
    )


@pytest.fixture(scope="session")
def azurite() -> Iterator[Azurite]:
    with Azurite() as azurite:
        yield azurite


@pytest.fixture
def own_azurite() -> Iterator[Azurite]:
    """For hosts with keys of their own that are asked for /health: they do not trust a log that
    another host has sealed with other keys."""
    with Azurite() as azurite:
        yield azurite


@pytest.fixture(scope="session")
def signing_key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys") / "signing-key.pem"


@pytest.fixture(scope="session")
def entra(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EntraServer]:
    """Entra, which may ask the app under test for a second factor."""
    tls = make_tls(tmp_path_factory.mktemp("entra"), "localhost")
    with in_a_thread(EntraServer(tls=tls)) as server:
        yield server


@pytest.fixture(scope="session")
def touchstone(
    azurite: Azurite, signing_key_file: Path, entra: EntraServer
) -> Iterator[HostProcess]:
    """The app with its default settings, with five exceptions.

    These are a limit that the tests together would reach, the time within which two calls count as
    concurrent on a busy machine, a provider whose users can be linked, an Entra that asks for
    second factors, and what people may ask for.
    """
    provider = {"issuer": "https://provider.example", "audiences": ["api://touchstone"]}
    external_mfa = {
        "clientId": CLIENT_ID,
        "tenants": [TENANT],
        "cloud": entra.url,
        "selfLinking": True,
    }
    settings = {
        "TABLES_CONNECTION_STRING": azurite.connection_string,
        "RATE_LIMITS": "creation.tenant=off",
        "REFRESH_GRACE_SECONDS": "60",
        "SIGNING_KEY_FILE": str(signing_key_file),
        "OPENID_CLIENTS": json.dumps(CLIENTS),
        "IDENTITY_PROVIDERS": json.dumps([provider]),
        "ACCESS_PROFILES": json.dumps([*PROFILES, FIXED, *PAGES]),
        "PROXY_SECRETS": SECRETS,
        "EXTERNAL_MFA": json.dumps(external_mfa),
        "SSL_CERT_FILE": str(entra.tls.authority),
    }
    with HostProcess(settings=settings) as host:
        yield host


@pytest.fixture(scope="session")
def touchstone_url(touchstone: HostProcess) -> str:
    """Such as "http://localhost:40123"."""
    return touchstone.url


@pytest.fixture
async def api(touchstone_url: str) -> AsyncIterator[Api]:
    async with Api(touchstone_url) as api:
        yield api


@pytest.fixture
def authenticator(touchstone_url: str) -> SoftAuthenticator:
    return SoftAuthenticator(rp_id="localhost", origin=touchstone_url)
