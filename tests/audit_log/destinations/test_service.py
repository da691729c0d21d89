"""A host ships sealed entries with its managed identity, and shows its progress in /health."""

from pathlib import Path

from devhost.azurite import Azurite
from devhost.process import HostProcess
from shared.audit_log.destinations.monitor import OWN_STREAM
from tests.api import Api, new_username
from tests.authenticator import SoftAuthenticator
from tests.fakes.identity_endpoint import CLIENT_ID, IdentityEndpoint
from tests.fakes.log_ingestion import RESOURCE, RULE, Answer, FakeLogIngestion
from tests.fakes.tls import Tls
from tests.http.test_audit import maintain
from tests.serving import serving


async def test_a_host_ships_what_it_seals(
    ingestion: FakeLogIngestion, tls: Tls, tmp_path: Path
) -> None:
    with Azurite() as azurite:
        async with IdentityEndpoint(RESOURCE) as identity:
            settings = {
                "TABLES_CONNECTION_STRING": azurite.connection_string,
                "SIGNING_KEY_FILE": str(tmp_path / "key.pem"),
                "AUDIT_DCR_ENDPOINT": ingestion.url,
                "AUDIT_DCR_ID": RULE,
                "AZURE_CLIENT_ID": CLIENT_ID,
                "SSL_CERT_FILE": str(tls.authority),
                **identity.environment,
            }
            async with serving(HostProcess(settings=settings)) as api:
                await _ship(api, ingestion)


async def _ship(api: Api, ingestion: FakeLogIngestion) -> None:
    ingestion.answers = [Answer(503)]  # to whichever run comes first: the host has a clock, too
    key, username = SoftAuthenticator(rp_id="localhost", origin=api.url), new_username()
    await api.register(key, username)
    await maintain(api)
    lag = (await api.get("/health")).json["shipping"]["monitor"]
    assert lag["behind"] == 4  # the settings, two keys, and the registration
    assert lag["since"]
    assert lag["failing"] == "HTTP 503"
    assert ingestion.accepted[OWN_STREAM] == []
