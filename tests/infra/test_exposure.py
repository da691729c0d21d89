"""Everything that is deployed: what can be reached, what is logged, and what is kept."""

import pytest

from shared.blueprints.openapi import read_description
from tests.infra.bicep.deployment import deploy
from tests.infra.bicep.parameters import DEPLOYMENTS, EVERYTHING, deployed, parameters
from tests.infra.bicep.syntax import INFRA
from tests.infra.kusto_check import manifest

EACH = pytest.mark.parametrize("name", DEPLOYMENTS)
APP = "Microsoft.ManagedIdentity/userAssignedIdentities/id-touchstone-abcdefghijklm.principalId"
DATA = "stdataabcdefghijklm/default"


@EACH
def test_no_container_is_public(name: str) -> None:
    kind = "Microsoft.Storage/storageAccounts/blobServices/containers"
    assert all(each["publicAccess"] == "None" for each in deployed(name).properties(kind))


@EACH
def test_the_audit_container_allows_only_appends(name: str) -> None:
    kind = "Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies"
    (policy,) = deployed(name).of_type(kind)
    assert policy.path == f"{DATA}/audit/default"
    assert policy.body["properties"] == {
        "immutabilityPeriodSinceCreationInDays": parameters(name)["immutableDays"],
        "allowProtectedAppendWrites": True,
    }


def test_a_locked_policy_is_not_written_again() -> None:
    kind = "Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies"
    locked = parameters("production") | {"immutabilityLocked": True}
    assert kind not in {each.type for each in deploy(locked).resources}


@EACH
def test_resources_that_cannot_be_replaced_are_locked_if_requested(name: str) -> None:
    locks = [each for each in deployed(name).resources if each.type.endswith("/locks")]
    assert {each.body["properties"]["level"] for each in locks} <= {"CanNotDelete"}
    assert {each.scope for each in locks} == (
        {
            "Microsoft.KeyVault/vaults/kv-abcdefghijklm",
            "Microsoft.OperationalInsights/workspaces/log-touchstone-abcdefghijklm",
            "Microsoft.Storage/storageAccounts/stdataabcdefghijklm",
        }
        if parameters(name)["deleteLocks"]
        else set()
    )


@EACH
def test_with_a_private_network_the_data_has_no_public_access(name: str) -> None:
    private = parameters(name)["privateNetwork"]
    for account in deployed(name).properties("Microsoft.Storage/storageAccounts"):
        assert account["publicNetworkAccess"] == ("Disabled" if private else "Enabled")
        assert account["networkAcls"]["bypass"] == "None"
        assert account["networkAcls"]["defaultAction"] == ("Deny" if private else "Allow")
    endpoints = [
        each for each in deployed(name).resources if each.type.endswith("privateEndpoints")
    ]
    connected = {
        (each["properties"]["privateLinkServiceId"], *each["properties"]["groupIds"])
        for endpoint in endpoints
        for each in endpoint.body["properties"]["privateLinkServiceConnections"]
    }
    assert connected == (
        {
            ("Microsoft.Storage/storageAccounts/sthostabcdefghijklm", "blob"),
            ("Microsoft.Storage/storageAccounts/stdataabcdefghijklm", "blob"),
            ("Microsoft.Storage/storageAccounts/stdataabcdefghijklm", "table"),
            ("Microsoft.KeyVault/vaults/kv-abcdefghijklm", "vault"),
        }
        if private
        else set()
    )


@EACH
def test_a_private_vault_is_open_only_to_named_addresses(name: str) -> None:
    (vault,) = deployed(name).properties("Microsoft.KeyVault/vaults")
    given = parameters(name)
    private, addresses = given["privateNetwork"], given["deployerAddresses"]
    reachable = not private or addresses
    assert vault["publicNetworkAccess"] == ("Enabled" if reachable else "Disabled")
    assert vault["networkAcls"]["defaultAction"] == ("Deny" if private else "Allow")
    assert vault["networkAcls"]["bypass"] == "None"
    assert [each["value"] for each in vault["networkAcls"]["ipRules"]] == addresses


@EACH
def test_behind_front_door_the_app_refuses_all_other_traffic(name: str) -> None:
    (app,) = deployed(name).properties("Microsoft.Web/sites")
    site = app["siteConfig"]
    if not parameters(name)["frontDoor"]:
        assert site["ipSecurityRestrictionsDefaultAction"] == "Allow"
        return
    (rule,) = site["ipSecurityRestrictions"]
    (profile,) = deployed(name).of_type("Microsoft.Cdn/profiles")
    assert site["ipSecurityRestrictionsDefaultAction"] == "Deny"
    assert (rule["tag"], rule["ipAddress"]) == ("ServiceTag", "AzureFrontDoor.Backend")
    assert rule["headers"] == {"x-azure-fdid": [f"{profile.id}.frontDoorId"]}


def test_front_door_uses_tls_on_both_sides() -> None:
    everything = deployed(EVERYTHING)
    (route,) = everything.properties("Microsoft.Cdn/profiles/afdEndpoints/routes")
    (origin,) = everything.properties("Microsoft.Cdn/profiles/originGroups/origins")
    (domain,) = everything.properties("Microsoft.Cdn/profiles/customDomains")
    (firewall,) = everything.properties("Microsoft.Network/FrontDoorWebApplicationFirewallPolicies")
    assert (route["forwardingProtocol"], route["httpsRedirect"]) == ("HttpsOnly", "Enabled")
    assert route["linkToDefaultDomain"] == "Disabled"
    assert origin["enforceCertificateNameCheck"] is True
    assert domain["tlsSettings"]["minimumTlsVersion"] == "TLS12"
    assert firewall["policySettings"] == {"enabledState": "Enabled", "mode": "Prevention"}


def test_the_firewall_limits_all_requests_of_an_address() -> None:
    (firewall,) = deployed(EVERYTHING).properties(
        "Microsoft.Network/FrontDoorWebApplicationFirewallPolicies"
    )
    posts, requests = firewall["customRules"]["rules"]
    assert posts["matchConditions"][0]["matchValue"] == ["POST"]
    paths = read_description()["paths"].values()
    offered = {name.upper() for path in paths for name in path.keys() - {"parameters"}}
    assert offered <= set(requests["matchConditions"][0]["matchValue"])
    assert posts["rateLimitThreshold"] < requests["rateLimitThreshold"]
    assert {rule["action"] for rule in (posts, requests)} == {"Block"}


@pytest.mark.parametrize(
    "loop",
    [
        "access/profile.bicep:credentials",
        "main.bicep:profiles",
        "monitor/readers.bicep:savedFunctions",
        "monitor/readers.bicep:savedQueries",
        "network/private_endpoints.bicep:privateEndpoints",
        "network/private_endpoints.bicep:zoneGroups",
    ],
)
def test_resources_that_azure_creates_one_at_a_time_depend_on_each_other(loop: str) -> None:
    path, symbol = loop.split(":")
    declaration = (INFRA / path).read_text().split(f" {symbol} ")[0].splitlines()
    assert declaration[-2] == "@batchSize(1)"


@EACH
def test_every_important_resource_sends_its_log_to_the_workspace(name: str) -> None:
    watched = {
        each.scope for each in deployed(name).of_type("Microsoft.Insights/diagnosticSettings")
    }
    kinds = {
        *("Microsoft.KeyVault/vaults", "Microsoft.Web/sites"),
        *("Microsoft.Storage/storageAccounts/blobServices",),
        *("Microsoft.Storage/storageAccounts/tableServices",),
        *("Microsoft.OperationalInsights/workspaces", "Microsoft.Cdn/profiles"),
    }
    assert {each.id for each in deployed(name).resources if each.type in kinds} == watched
    for each in deployed(name).properties("Microsoft.Insights/diagnosticSettings"):
        assert each["workspaceId"].endswith("log-touchstone-abcdefghijklm")


@EACH
def test_deletions_are_logged_and_writes_if_requested(name: str) -> None:
    (logs,) = (
        each.body["properties"]["logs"]
        for each in deployed(name).of_type("Microsoft.Insights/diagnosticSettings")
        if each.scope == f"Microsoft.Storage/storageAccounts/tableServices/{DATA}"
    )
    writes = parameters(name)["logWrites"]
    assert {each["category"]: each["enabled"] for each in logs} == {
        "StorageDelete": True,
        "StorageWrite": writes,
    }
    assert writes == (name != "development")


@EACH
def test_logged_writes_of_the_app_itself_are_dropped(name: str) -> None:
    """Azure applies a rule to what comes to a workspace only if the workspace names it."""
    workspaces = deployed(name).properties("Microsoft.OperationalInsights/workspaces")
    first, *again = workspaces
    rules = [
        each
        for each in deployed(name).of_type("Microsoft.Insights/dataCollectionRules")
        if each.body["kind"] == "WorkspaceTransforms"
    ]
    named = [first | {"defaultDataCollectionRuleResourceId": rule.id} for rule in rules]
    assert again == named
    assert len(rules) == parameters(name)["logWrites"]
    for rule in rules:
        (flow,) = rule.body["properties"]["dataFlows"]
        assert flow["streams"] == ["Microsoft-Table-StorageTableLogs"]
        assert f'RequesterObjectId != "{APP}"' in flow["transformKql"]


@EACH
def test_every_named_recipient_gets_every_alert(name: str) -> None:
    groups = {
        each.id: [one["emailAddress"] for one in each.body["properties"]["emailReceivers"]]
        for each in deployed(name).of_type("Microsoft.Insights/actionGroups")
    }
    rules = deployed(name).properties("Microsoft.Insights/scheduledQueryRules")
    assert len(rules) == len(manifest("alerts"))
    written = groups["Microsoft.Insights/actionGroups/ag-touchstone"]
    for rule in rules:
        (group,) = rule["actions"]["actionGroups"]
        assert set(written) <= set(groups[group])
    assert (
        written
        == {
            "development": [],
            "production": ["ops@example.com"],
            EVERYTHING: ["ops@example.com", "somebody@example.com"],
        }[name]
    )
    reached = deployed(name).outputs["TOUCHSTONE_ALERTS_REACH"]
    assert reached == ("somebody" if written else "nobody")
