"""As in Azure: no connection string, no key, no password; a managed identity opens everything.

This is one process on one machine. Whether the real identity has each role that the template
gives it is not seen here: the stand-ins let in whoever brings a token for them.
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from devhost.azurite import KEY
from shared.audit.event import Kind
from shared.audit_log.destinations.monitor import OWN_STREAM
from tests.api import new_username
from tests.authenticator import SoftAuthenticator
from tests.deployment.azure import Azure, Storage, azure_around, storage_in_azure
from tests.deployment.environment import by_platform, by_stand_ins, by_template
from tests.deployment.running import running
from tests.deployment.template import table_names
from tests.fakes.key_vault_answers import HOSTS
from tests.fakes.tls import make_tls
from tests.http.test_audit import maintain


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    with storage_in_azure(make_tls(tmp_path, HOSTS)) as storage:
        yield storage


@pytest.fixture
async def azure(storage: Storage) -> AsyncIterator[Azure]:
    async with azure_around(storage) as azure:
        yield azure


@pytest.fixture
def settings(azure: Azure, tmp_path: Path) -> dict[str, str]:
    """All of the process's environment."""
    return {
        **by_template(azure, tmp_path),
        **by_platform(azure),
        **by_stand_ins(azure, tmp_path),
    }


@pytest.fixture
def key(settings: dict[str, str]) -> SoftAuthenticator:
    return SoftAuthenticator(rp_id=settings["RP_ID"], origin=settings["RP_ORIGINS"])


def test_no_setting_is_a_secret(settings: dict[str, str]) -> None:
    """Otherwise the other tests here would prove little."""
    assert not settings.keys() & {"TABLES_CONNECTION_STRING", "SIGNING_KEY_FILE"}
    assert not [name for name, value in settings.items() if KEY in value or "AccountKey" in value]


async def test_the_package_needs_only_a_managed_identity(
    python: Path, package: Path, settings: dict[str, str], azure: Azure, key: SoftAuthenticator
) -> None:
    username = new_username()
    async with running(python, package, settings) as api:
        await api.register(key, username)
        await api.sign_in(key, username)
        await maintain(api)
        health = (await api.get("/health")).json
    done = {"behind": 0, "shelved": 0}
    assert health == {"status": "ok", "shipping": {"monitor": done, "blob": done}}
    # It gives tokens to this client ID alone, and each service takes only what was made for it.
    assert set(azure.identity.statuses) == {200}
    assert azure.vault.refused == azure.insights.refused == 0
    assert len({path.split("/")[2] for path in azure.vault.served}) == 3
    assert azure.insights.received_of("MessageData")
    # Traces of storage calls would have row keys, which identify people.
    assert not azure.insights.received_of("RemoteDependencyData")
    kinds = [row["EventKind"] for row in azure.ingestion.accepted[OWN_STREAM]]
    assert {Kind.REGISTRATION, Kind.AUTHENTICATION} <= set(kinds)
    assert azure.storage.audit_log().count(b'{"entry"') == len(kinds)


async def test_the_template_creates_every_table(
    python: Path, package: Path, settings: dict[str, str], azure: Azure, key: SoftAuthenticator
) -> None:
    """It makes one that is missing, here; in Azure it may not."""
    async with running(python, package, settings) as api:
        await api.register(key, new_username())
        await api.sign_in(key)
        await maintain(api)
    assert azure.storage.table_names() == table_names()


async def test_without_its_identity_the_app_reports_that_it_is_unavailable(
    python: Path, package: Path, settings: dict[str, str], azure: Azure
) -> None:
    wrong = {**settings, "IDENTITY_HEADER": "of another app"}
    async with running(python, package, wrong) as api:
        refused = [
            await api.get("/health"),
            await api.post("/authenticate/begin", {}),
            await api.get("/.well-known/jwks.json"),
        ]
        assert (await api.get("/openapi.json")).status == 200
    problems = ["storage-unavailable", "storage-unavailable", "keys-unavailable"]
    assert [reply.problem for reply in refused] == problems
    assert {reply.status for reply in refused} == {503}
    assert set(azure.identity.statuses) == {401}
    assert not azure.vault.served
