"""Access rights and secrets in everything that would be deployed."""

import re
from collections.abc import Iterator

import pytest

from tests.infra.bicep.deployment import Resource, deploy
from tests.infra.bicep.parameters import (
    DEPLOYER,
    DEPLOYMENTS,
    EVERYTHING,
    deployed,
    parameters,
)
from tests.infra.bicep.syntax import MAIN, paths, read, text

EACH = pytest.mark.parametrize("name", DEPLOYMENTS)
ASSIGNMENT = "Microsoft.Authorization/roleAssignments"
APP = "id-touchstone-abcdefghijklm"
BLOB_OWNER = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b"
BLOB_CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
TABLE_CONTRIBUTOR = "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"
METRICS_PUBLISHER = "3913510d-42f4-4e42-8a64-420c390055eb"
CRYPTO_USER = "12338af0-0e69-4776-bea7-57ae8d297424"
SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"
SECRETS_OFFICER = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7"
CERTIFICATES_OFFICER = "a4417e6f-fecd-4de8-b567-7b0420556985"
DATA = "stdataabcdefghijklm/default"
TABLES = (
    *("Accounts", "Approvals", "AuditLog", "AuditOutbox", "AuditTree", "Clients"),
    *("CredentialIds", "Groups", "Links", "Logouts", "Profiles", "RateLimits", "Service"),
)
ALLOWED = {
    # The host's own storage, in which it makes containers as it needs them.
    (APP, BLOB_OWNER, "Microsoft.Storage/storageAccounts/sthostabcdefghijklm"),
    *(
        (
            APP,
            TABLE_CONTRIBUTOR,
            f"Microsoft.Storage/storageAccounts/tableServices/tables/{DATA}/{table}",
        )
        for table in TABLES
    ),
    (
        APP,
        BLOB_CONTRIBUTOR,
        f"Microsoft.Storage/storageAccounts/blobServices/containers/{DATA}/audit",
    ),
    (APP, SECRETS_USER, "Microsoft.KeyVault/vaults/kv-abcdefghijklm"),
    (APP, METRICS_PUBLISHER, "Microsoft.Insights/components/appi-touchstone-abcdefghijklm"),
    (
        APP,
        METRICS_PUBLISHER,
        "Microsoft.Insights/dataCollectionRules/dcr-touchstone-abcdefghijklm",
    ),
    # Who deploys makes the keys.
    (DEPLOYER, SECRETS_OFFICER, "Microsoft.KeyVault/vaults/kv-abcdefghijklm"),
    (DEPLOYER, CERTIFICATES_OFFICER, "Microsoft.KeyVault/vaults/kv-abcdefghijklm"),
}
GROUP = "Microsoft.Resources/resourceGroups/rg-touchstone-test"
ROW = "Microsoft.Storage/storageAccounts/tableServices/tables/entities"
ROWS, ENTRIES = (f"guid({GROUP}, abcdefghijklm, {name})" for name in ("rows", "entries"))
SECRETIVE = re.compile(r"key|secret|password|token|sas(?![a-z])|connectionString", re.IGNORECASE)
# Functions by which a template would get at one.
LISTING = re.compile(r"\blist\w*\(", re.IGNORECASE)


@EACH
def test_only_the_expected_roles_are_assigned(name: str) -> None:
    given = [_assignment(each) for each in deployed(name).of_type(ASSIGNMENT)]
    allowed = set(_with_own_roles()) if parameters(name)["customRoles"] else ALLOWED
    if parameters(name)["clientCa"] == "vault":
        allowed = {*allowed, (APP, CRYPTO_USER, "Microsoft.KeyVault/vaults/kv-abcdefghijklm")}
    assert set(given) == allowed
    assert len(given) == len(allowed)


def _with_own_roles() -> Iterator[tuple[str, str, str]]:
    for whom, role, where in ALLOWED:
        ours = ENTRIES if where.endswith("/AuditLog") else ROWS
        yield whom, ours if role == TABLE_CONTRIBUTOR else role, where


def test_custom_roles_allow_only_rows_and_keep_log_entries() -> None:
    given = deployed(EVERYTHING).of_type("Microsoft.Authorization/roleDefinitions")
    may = {}
    for each in given:
        (permission,) = each.body["properties"]["permissions"]
        assert permission.keys() == {"actions", "dataActions"}
        assert permission["actions"] == []
        assert each.body["properties"]["assignableScopes"] == [GROUP]
        may[each.name] = [action.removeprefix(f"{ROW}/") for action in permission["dataActions"]]
    assert may == {
        ENTRIES: ["read", "add/action", "update/action"],
        ROWS: ["read", "add/action", "update/action", "delete"],
    }


def test_the_name_of_an_assignment_depends_on_its_role() -> None:
    """Azure refuses to change the role of an assignment."""
    names = [
        {
            each.name
            for each in deployed(name).of_type(ASSIGNMENT)
            if "/tables/" in (each.scope or "")
        }
        for name in ("production", EVERYTHING)
    ]
    assert len(names[0]) == len(names[1]) == len(TABLES)
    assert names[0].isdisjoint(names[1])


def _assignment(resource: Resource) -> tuple[str, str, str]:
    given = resource.body["properties"]
    whom = given["principalId"].removesuffix(".principalId").rpartition("/")[2]
    role = given["roleDefinitionId"].removeprefix("Microsoft.Authorization/roleDefinitions/")
    # Without a scope of its own an assignment would be for the whole resource group.
    assert resource.scope is not None
    return whom, role, resource.scope


def test_without_a_principal_only_the_app_gets_roles() -> None:
    without = deploy(parameters("development") | {"principalId": ""})
    roles = {_assignment(each)[0] for each in without.of_type(ASSIGNMENT)}
    assert roles == {APP}


def test_a_deleted_vault_is_recovered_only_if_requested() -> None:
    asked = deploy(parameters("production") | {"recoverVault": True})
    modes = [
        vault["createMode"]
        for each in (deployed("production"), asked)
        for vault in each.properties("Microsoft.KeyVault/vaults")
    ]
    assert modes == ["default", "recover"]


@EACH
def test_storage_accounts_have_no_keys_and_no_public_blobs(name: str) -> None:
    accounts = deployed(name).properties("Microsoft.Storage/storageAccounts")
    assert len(accounts) == 2
    for account in accounts:
        assert account["allowSharedKeyAccess"] is False
        assert account["allowBlobPublicAccess"] is False
        assert account["isLocalUserEnabled"] is False
        assert account["allowCrossTenantReplication"] is False
        assert account["defaultToOAuthAuthentication"] is True
        assert account["supportsHttpsTrafficOnly"] is True
        assert account["minimumTlsVersion"] == "TLS1_2"


@EACH
def test_the_vault_uses_roles_and_keeps_deleted_secrets(name: str) -> None:
    (vault,) = deployed(name).properties("Microsoft.KeyVault/vaults")
    assert vault["enableRbacAuthorization"] is True
    assert vault["enablePurgeProtection"] is True
    assert vault["enableSoftDelete"] is True
    assert vault["softDeleteRetentionInDays"] == 90
    assert "accessPolicies" not in vault


# "Site configuration properties … for Flex Consumption sites is invalid":
# github.com/Azure/azure-cli/issues/31414
REFUSED_BY_FLEX = {"alwaysOn", "ftpsState", "linuxFxVersion", "preWarmedInstanceCount"}


@EACH
def test_the_app_accepts_only_tls_and_identities(name: str) -> None:
    (app,) = deployed(name).of_type("Microsoft.Web/sites")
    given = app.body["properties"]
    assert given["httpsOnly"] is True
    assert given["siteConfig"]["minTlsVersion"] == "1.2"
    assert given["siteConfig"]["scmMinTlsVersion"] == "1.2"
    assert not given["siteConfig"].keys() & REFUSED_BY_FLEX
    # With an origin here the platform answers preflights, and the app's own headers are lost.
    assert given["siteConfig"]["cors"] == {"allowedOrigins": [], "supportCredentials": False}
    assert app.body["identity"]["type"] == "UserAssigned"
    package = given["functionAppConfig"]["deployment"]["storage"]["authentication"]
    assert package["type"] == "UserAssignedIdentity"
    policies = deployed(name).of_type("Microsoft.Web/sites/basicPublishingCredentialsPolicies")
    assert {each.name: each.body["properties"] for each in policies} == {
        "scm": {"allow": False},
    }


@EACH
def test_logs_are_accepted_only_from_identities(name: str) -> None:
    workspaces = deployed(name).properties("Microsoft.OperationalInsights/workspaces")
    (insights,) = deployed(name).properties("Microsoft.Insights/components")
    assert all(each["features"]["disableLocalAuth"] is True for each in workspaces)
    assert insights["DisableLocalAuth"] is True


def test_our_tokens_are_never_accepted_for_the_identity_of_the_app() -> None:
    kind = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials"
    credentials = deployed(EVERYTHING).of_type(kind)
    assert {(each.body["parent"].name, each.name) for each in credentials} == {
        ("id-touchstone-sql-readers-abcdefghijklm", "ada"),
        ("id-touchstone-sql-readers-abcdefghijklm", "bob"),
        ("id-touchstone-restore-abcdefghijklm", "ada"),
    }
    for each in credentials:
        assert each.body["properties"]["issuer"] == "https://login.example.com"
        assert each.body["properties"]["audiences"] == ["api://AzureADTokenExchange"]


def test_identities_are_made_before_the_app_and_their_credentials_after_it() -> None:
    """Entra refuses credentials of an identity that it does not know everywhere yet."""
    modules = {each.symbol: text(each.body) for each in read(MAIN).modules}
    assert "dependsOn" not in modules["profileIdentities"]
    assert ".outputs." not in modules["profileIdentities"]
    assert "dependsOn: [profileIdentities, app]" in modules["profiles"]


def test_no_template_asks_azure_for_a_secret() -> None:
    for path in paths():
        assert not LISTING.search(path.read_text()), path
        for parameter in read(path).parameters.values():
            assert "secure" not in parameter.decorators


def test_no_output_looks_like_a_secret() -> None:
    looking = {
        f"{path.name} {name}"
        for path in paths()
        for name, node in read(path).outputs.items()
        if SECRETIVE.search(name) or SECRETIVE.search(text(node))
    }
    assert looking == {
        # The name of the vault.
        "main.bicep AZURE_KEY_VAULT_NAME",
        # What a public DNS record says.
        "routing.bicep domainValidation",
        # Names an endpoint, which takes nothing without an identity.
        "workspace.bicep insightsConnection",
    }


@pytest.mark.parametrize("looks", ["primaryKey", "accountSecret", "SAS_URL", "connectionString"])
def test_an_output_that_looks_like_a_secret_is_found(looks: str) -> None:
    assert SECRETIVE.search(looks)
