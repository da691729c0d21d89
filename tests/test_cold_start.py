"""What a new process loads for its first begin, as that decides how long the first caller waits."""

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from azure.data.tables import TableServiceClient

from devhost.azurite import Azurite
from devhost.process import REPOSITORY
from tests.storage_transport import TABLES

BEGIN = """
import asyncio, json, sys
from types import SimpleNamespace
import azure.functions as func
import function_app
from shared import wiring
from shared.functions import find_function

async def begin():
    req = func.HttpRequest(
        "POST", "http://localhost:7071/authenticate/begin", body=b'{"username": "alice"}',
        headers={"content-type": "application/json"},
    )
    trace = SimpleNamespace(trace_parent=None)
    context = SimpleNamespace(invocation_id="1", trace_context=trace)
    answer = find_function("authentication.begin", "authenticate_begin")
    response = await answer(req, context)
    print(response.status_code, *sorted(sys.modules), sep="\\n")
    await wiring.disconnect()

asyncio.run(begin())
"""
PUT_OFF = {
    # Libraries
    *("aiohttp", "azure.data.tables", "azure.identity", "azure.keyvault", "azure.monitor"),
    *("azure.storage", "fido2.attestation", "fido2.cose", "fido2.webauthn", "jwt", "msal"),
    *("opentelemetry", "cryptography.x509", "cryptography.hazmat.primitives.serialization"),
    *("jsonschema_rs", "rfc8785", "shared.access.profiles.documents"),
    # Of the rare, and of the steps after a begin
    *("shared.audit.checkpoint", "shared.keys.signing_key"),
    *("shared.audit_log", "shared.backup", "shared.crosscheck", "shared.operators"),
    *("shared.blueprints.authentication.finish", "shared.blueprints.registration"),
    *("shared.http.problems", "shared.http.views", "shared.identity_providers.graph"),
    *("shared.openid.authorization", "shared.openid.external_mfa.answer", "shared.openid_provider"),
    *("shared.relying_party.onboarding", "shared.relying_party.sessions"),
    *("shared.relying_party.passkeys.authentication", "shared.storage.sessions"),
    *("shared.webauthn.attestation", "shared.webauthn.authentication", "shared.webauthn.responses"),
}


@pytest.fixture(scope="module")
def loaded(azurite: Azurite, signing_key_file: Path) -> set[str]:
    """The modules, if the tables exist, as the template makes them."""
    with TableServiceClient.from_connection_string(azurite.connection_string) as service:
        for name in TABLES:
            service.create_table_if_not_exists(name)
    own = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    settings = {
        "TABLES_CONNECTION_STRING": azurite.connection_string,
        "SIGNING_KEY_FILE": str(signing_key_file),
        "RP_ID": "localhost",
        "RP_ORIGINS": "http://localhost:7071",
        "ISSUER": "http://localhost:7071",
        # Else one begin in a hundred would also load what puts it on record.
        "AUDIT_BEGUN_ONE_IN": "0",
    }
    ran = subprocess.run(
        [sys.executable, "-c", BEGIN],
        cwd=REPOSITORY,
        env=own | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    status, *modules = ran.stdout.split()
    assert status == "200", ran.stderr
    return set(modules)


@pytest.mark.parametrize("name", sorted(PUT_OFF))
def test_a_first_begin_does_not_load(name: str, loaded: set[str]) -> None:
    assert not {each for each in loaded if each == name or each.startswith(f"{name}.")}


@pytest.mark.parametrize("name", sorted(PUT_OFF))
def test_what_is_put_off_exists(name: str) -> None:
    assert import_module(name).__name__ == name
