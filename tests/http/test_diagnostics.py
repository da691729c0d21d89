"""With Application Insights the log goes there, under the IDs that the audit log has too."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from devhost.azurite import Azurite
from devhost.process import HostProcess
from tests.api import Api, Json, Reply, new_username
from tests.authenticator import SoftAuthenticator
from tests.fakes.application_insights import RESOURCE, ApplicationInsights
from tests.fakes.identity_endpoint import CLIENT_ID, IdentityEndpoint
from tests.fakes.tls import Tls, make_tls
from tests.serving import serving

TRACE = "0af7651916cd43dd8448eb211c80319c"
REFUSED = "authentication-rejected: signature_invalid (InvalidSignature)"
LONG = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A registration, a sign-in, and a sign-in that is refused."""

    username: str
    options: tuple[Json, Json, Json]
    """With their challenges."""
    credentials: tuple[Json, Json, Json]
    """As the authenticator answered."""
    signed_in: Json
    """With its tokens."""
    refused: Reply

    @property
    def invocation(self) -> str:
        instance: str = self.refused.json["instance"]
        return instance.removeprefix("urn:uuid:")

    def texts(self) -> set[str]:
        """Every text that can be recognised, secret or not."""
        return _texts([self.username, *self.options, *self.credentials, self.signed_in])


def _texts(value: object) -> set[str]:
    match value:
        case dict():
            return set[str]().union(*map(_texts, value.values()))
        case list():
            return set[str]().union(*map(_texts, value))
        case str():
            return {part for part in value.split(".") if len(part) >= LONG}
    return set()


async def visit(api: Api) -> Visit:
    key, username = SoftAuthenticator(rp_id="localhost", origin=api.url), new_username()
    first = await api.begin_registration(username)
    created = key.create(first)
    await api.finish_registration(created)
    second = await api.begin_authentication(username)
    honest = key.get(second)
    signed_in = (await api.finish_authentication(honest)).json
    third = await api.begin_authentication(username)
    lie = key.get(third, signature=b"x" * 70)
    return Visit(
        username=username,
        options=(first, second, third),
        credentials=(created, honest, lie),
        signed_in=signed_in,
        refused=await api.send(
            "POST",
            "/authenticate/finish",
            json={"credential": lie},
            headers={"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"},
        ),
    )


@pytest.fixture
def tls(tmp_path: Path) -> Tls:
    return make_tls(tmp_path)


@pytest.fixture
def settings(azurite: Azurite, signing_key_file: Path) -> dict[str, str]:
    return {
        "TABLES_CONNECTION_STRING": azurite.connection_string,
        "SIGNING_KEY_FILE": str(signing_key_file),
        "RATE_LIMITS": "creation.tenant=off",
    }


async def test_a_log_line_arrives_once_with_the_ids_of_its_request(
    settings: dict[str, str], tls: Tls, tmp_path: Path
) -> None:
    async with (
        ApplicationInsights(tls) as insights,
        serving(HostProcess(settings={**settings, **insights.settings(tmp_path)})) as api,
    ):
        seen = await visit(api)
    lines = [each for each in insights.received_of("MessageData") if REFUSED in json.dumps(each)]
    assert len(lines) == 1
    # Also what is only for information, of which the alert audit-silent needs some.
    assert "registered a credential, attestation none" in json.dumps(insights.envelopes)
    assert lines[0]["tags"]["ai.operation.id"] == TRACE
    assert lines[0]["data"]["baseData"]["message"] == REFUSED
    assert lines[0]["data"]["baseData"]["properties"] == {
        "logger_name": "touchstone.http",
        "invocation_id": seen.invocation,
        "trace_id": TRACE,
    }


async def test_no_text_of_a_ceremony_is_sent_to_application_insights(
    settings: dict[str, str], tls: Tls, tmp_path: Path
) -> None:
    # Even where every call is to be traced, as row keys stand for people.
    async with ApplicationInsights(tls) as insights:
        everything = {**insights.settings(tmp_path), "OTEL_TRACES_SAMPLER": "always_on"}
        async with serving(HostProcess(settings={**settings, **everything})) as api:
            seen = await visit(api)
    assert {each["data"]["baseType"] for each in insights.envelopes} == {"MessageData"}
    sent = json.dumps(insights.envelopes)
    assert not {text for text in seen.texts() if text in sent}


async def test_the_log_can_be_sent_with_a_managed_identity(
    settings: dict[str, str], tls: Tls, tmp_path: Path
) -> None:
    async with (
        ApplicationInsights(tls, needs_token=True) as insights,
        IdentityEndpoint(RESOURCE) as identity,
    ):
        entra = {
            "APPLICATIONINSIGHTS_AUTHENTICATION_STRING": f"Authorization=AAD;ClientId={CLIENT_ID}",
            **identity.environment,
        }
        used = {**settings, **insights.settings(tmp_path), **entra}
        async with serving(HostProcess(settings=used)) as api:
            await visit(api)
    assert REFUSED in json.dumps(insights.received_of("MessageData"))
    assert insights.refused == 0


async def test_without_application_insights_its_library_is_not_even_imported(
    settings: dict[str, str],
) -> None:
    host = HostProcess(settings={**settings, "PYTHONPROFILEIMPORTTIME": "1"})
    async with serving(host) as api:
        await visit(api)
    imported = {line.rpartition("|")[2].strip() for line in host.child.output.splitlines()}
    assert "azure.core" in imported
    assert not {name for name in imported if name.startswith(("opentelemetry", "azure.monitor"))}
