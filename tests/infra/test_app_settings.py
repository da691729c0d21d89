"""Code and templates agree: what is read is set, what is set is read, and the service starts so."""

import json
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from itertools import product
from typing import Any

import pytest

from shared.audit.event import Kind, Outcome
from shared.audit.schemas.asim import asim_record
from shared.audit.schemas.touchstone_row import COLUMNS
from shared.audit_log.destinations.monitor import ASIM_STREAMS, OWN_STREAM
from shared.composition.parts import make_parts
from shared.keys.key_kinds import Keys
from shared.keys.settings import KeyVaultSettings
from shared.settings import IdentitySettings, Settings, read_settings
from shared.storage.stores import Stores
from shared.storage.tables.clock import StorageClock
from shared.storage.tables.table import Table
from shared.storage.tables.versioned import VersionedTable
from tests.audit.asim_tables import TYPES
from tests.audit.events import ADMINISTRATOR, ALICE, entry, event
from tests.infra.bicep.parameters import DEPLOYMENTS, EVERYTHING, deployed
from tests.infra.bicep.syntax import INFRA

EACH = pytest.mark.parametrize("name", DEPLOYMENTS)
# What the code reads and Azure must not have: each would bring a secret along, or another identity.
NEVER = {
    *("TABLES_CONNECTION_STRING", "SIGNING_KEY_FILE", "CLIENT_CA_KEY_FILE"),
    "AZURE_TOKEN_CREDENTIALS",
}
# What the platform reads, and where that is written.
PLATFORMS = {
    # learn.microsoft.com/azure/azure-functions/functions-reference
    "AzureWebJobsStorage__blobServiceUri",
    "AzureWebJobsStorage__clientId",
    "AzureWebJobsStorage__credential",
    # learn.microsoft.com/azure/azure-functions/functions-app-settings
    "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
    "APPLICATIONINSIGHTS_CONNECTION_STRING",
    "AzureWebJobsDisableHomepage",
    "PYTHON_ENABLE_OPENTELEMETRY",
    # docs.python.org/3/library/py_compile.html
    "SOURCE_DATE_EPOCH",
    # learn.microsoft.com/azure/azure-monitor/app/opentelemetry-configuration
    "APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL",
}
NAMES = json.loads((INFRA / "checks" / "settings.json").read_text())
# learn.microsoft.com/azure/azure-functions/functions-app-settings: deprecated on Flex Consumption
REFUSED_BY_FLEX = set(NAMES["refusedByPlan"])
# What is known when it is deployed.
KNOWN = {
    "AZURE_CLIENT_ID": "11111111-2222-3333-4444-555555555555",
    "TABLES_ENDPOINT": "https://stdata.table.core.windows.net/",
    "KEY_VAULT_URL": "https://kv-touchstone.vault.azure.net/",
    "AUDIT_DCR_ENDPOINT": "https://dcr-touchstone.westeurope-1.ingest.monitor.azure.com",
    "AUDIT_DCR_ID": f"dcr-{'0' * 32}",
    "AUDIT_BLOB_CONTAINER_URL": "https://stdata.blob.core.windows.net/audit",
    "FRONT_DOOR_ID": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
}


class Recording(dict[str, str]):
    """An environment that knows what it was asked for."""

    def __init__(self, given: Mapping[str, str]) -> None:
        super().__init__(given)
        self.asked: set[str] = set()

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        self.asked.add(name)
        return super().get(name, default)


def app_settings(name: str) -> dict[str, str]:
    (config,) = deployed(name).properties("Microsoft.Web/sites/config")
    return config


def as_deployed(name: str) -> Recording:
    """With what only a deployment knows, made up."""
    given = app_settings(name)
    known = {key: value for key, value in KNOWN.items() if given[key]}
    return Recording(given | known)


@EACH
def test_the_template_sets_exactly_the_settings_that_the_code_reads(name: str) -> None:
    environment = as_deployed(name)
    read_settings(environment)
    assert environment.asked - NEVER == app_settings(name).keys() - PLATFORMS


@EACH
def test_settings_are_text_and_flex_accepts_them(name: str) -> None:
    given = app_settings(name)
    assert all(isinstance(value, str) for value in given.values())
    assert not given.keys() & REFUSED_BY_FLEX
    assert given.keys() >= PLATFORMS


@EACH
def test_the_host_uses_only_blobs(name: str) -> None:
    """With the name of the account it tries tables too, for which it has no role."""
    account = "Microsoft.Storage/storageAccounts/sthostabcdefghijklm"
    given = {key: each for key, each in app_settings(name).items() if "Storage__" in key}
    assert given.pop("AzureWebJobsStorage__blobServiceUri") == f"{account}.primaryEndpoints.blob"
    assert given.keys() == {"AzureWebJobsStorage__clientId", "AzureWebJobsStorage__credential"}


@EACH
def test_names_that_the_template_sets_cannot_be_chosen(name: str) -> None:
    defaults = json.loads((INFRA / "app" / "defaults.json").read_text())
    assert set(NAMES["ofTemplate"]) == app_settings(name).keys() - defaults.keys()


def test_defaults_are_those_of_the_code() -> None:
    defaults = json.loads((INFRA / "app" / "defaults.json").read_text())
    required = {"SIGNING_CERTIFICATE", "SEALING_KEY", "CHECKPOINT_KEY"}
    environment = as_deployed("development")
    without = {key: value for key, value in environment.items() if key not in defaults}
    kept = {key: defaults[key] for key in required}
    assert read_settings(environment) == read_settings(without | kept)


@EACH
def test_the_service_is_its_own_relying_party(name: str) -> None:
    settings = read_settings(as_deployed(name))
    given = ("login.example.com", "example.com")
    by_azure = "func-touchstone-abcdefghijklm.azurewebsites.net"
    host, rp_id = (by_azure, by_azure) if name == "development" else given
    assert settings.tokens.issuer == f"https://{host}"
    assert settings.policy.rp_id == rp_id
    assert f"https://{host}" in settings.policy.origins


@EACH
def test_only_the_identity_gives_access_to_storage_keys_and_monitor(name: str) -> None:
    settings = read_settings(as_deployed(name))
    assert settings.tables.connection_string is None
    assert isinstance(settings.keys, KeyVaultSettings)
    assert settings.identity == IdentitySettings(client_id=KNOWN["AZURE_CLIENT_ID"])
    assert settings.audit.monitor is not None
    assert settings.audit.container_url is not None


def test_front_door_is_trusted_if_it_is_deployed() -> None:
    def front_door(settings: Settings) -> str | None:
        return settings.proxies.front_door_id

    assert front_door(read_settings(as_deployed("development"))) is None
    assert front_door(read_settings(as_deployed("production"))) == KNOWN["FRONT_DOOR_ID"]


@EACH
def test_every_table_that_the_code_uses_is_created(name: str) -> None:
    made = deployed(name).of_type("Microsoft.Storage/storageAccounts/tableServices/tables")
    assert {each.name for each in made} == _opened(read_settings(as_deployed(name)))


def _opened(settings: Settings) -> set[str]:
    """The tables that the service opens; none of them is asked anything."""
    names: set[str] = set()

    def opener[T](kind: type[T]) -> Callable[[str], T]:
        def opened(name: str) -> T:
            names.add(name)
            return kind.__new__(kind)

        return opened

    parts = make_parts(
        settings,
        table=opener(Table),
        versioned=opener(VersionedTable),
        keys=Keys.__new__(Keys),
        clock=StorageClock(lambda: datetime.now(UTC)),
        random=os.urandom,
    )
    for kind in Stores.__mro__:
        for store, opened in vars(kind).items():
            if isinstance(opened, cached_property):
                getattr(parts.stores, store)
    return names


def rule(name: str) -> dict[str, Any]:
    found = deployed(name).of_type("Microsoft.Insights/dataCollectionRules")
    (given,) = (each.body["properties"] for each in found if each.body["kind"] == "Direct")
    properties: dict[str, Any] = given
    return properties


@EACH
def test_the_rule_accepts_the_streams_that_are_shipped(name: str) -> None:
    settings = read_settings(as_deployed(name))
    assert settings.audit.monitor is not None
    shipped = {OWN_STREAM, *(ASIM_STREAMS.values() if settings.audit.monitor.asim else ())}
    assert rule(name)["streamDeclarations"].keys() == shipped
    flows = rule(name)["dataFlows"]
    assert {stream for flow in flows for stream in flow["streams"]} == shipped
    (destination,) = rule(name)["destinations"]["logAnalytics"]
    assert all(flow["destinations"] == [destination["name"]] for flow in flows)


def test_columns_are_those_of_the_rows() -> None:
    declared = rule(EVERYTHING)["streamDeclarations"]
    assert _columns(declared[OWN_STREAM]) == dict(COLUMNS)
    for stream, names in _asim_columns().items():
        assert _columns(declared[stream]) == {name: TYPES.get(name, "string") for name in names}


def test_the_table_has_the_columns_of_the_rule() -> None:
    (table,) = deployed(EVERYTHING).properties("Microsoft.OperationalInsights/workspaces/tables")
    spelled = {"dateTime": "datetime"}
    columns = {name: spelled.get(kind, kind) for name, kind in _columns(table["schema"]).items()}
    assert columns == _columns(rule(EVERYTHING)["streamDeclarations"][OWN_STREAM])


def _columns(declared: dict[str, Any]) -> dict[str, str]:
    return {column["name"]: column["type"] for column in declared["columns"]}


def _asim_columns() -> dict[str, set[str]]:
    """The columns of events of every kind, outcome and actor."""
    columns: dict[str, set[str]] = {}
    for kind, outcome, actor in product(Kind, Outcome, (ADMINISTRATOR, ALICE)):
        reason = "not_permitted" if outcome is Outcome.FAILURE else None
        recorded = event(kind, outcome=outcome, reason=reason, actor=actor)
        record = asim_record(entry(recorded, 1))
        if record is not None:
            columns.setdefault(ASIM_STREAMS[record.stream], set()).update(record.columns)
    return columns
