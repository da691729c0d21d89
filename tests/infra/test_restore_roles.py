"""What the identity of a profile that restores gets: the action itself, reads, and what a target
takes; and no right to delete anything, to change protection or to give rights."""

from tests.infra.bicep.deployment import Resource, deploy
from tests.infra.bicep.syntax import INFRA

PRINCIPAL = "22222222-3333-4444-5555-666666666666"
GIVEN = {
    "principalId": PRINCIPAL,
    "vaultName": "vault-one",
    "vaultGroup": "rg-backup",
    "targetGroups": ["rg-restored", "rg-apps"],
}
ROLE, ASSIGNMENT = (
    f"Microsoft.Authorization/role{each}" for each in ("Definitions", "Assignments")
)
RESTORE = (
    "Microsoft.RecoveryServices/Vaults/backupFabrics/protectionContainers/protectedItems"
    "/recoveryPoints/restore/action"
)
STORAGE_ACCOUNT_CONTRIBUTOR = "17d1049b-9a84-46fb-8f53-869881c3d3ab"
WRITES = {
    "Microsoft.Resources/subscriptions/resourceGroups/write",
    "Microsoft.Compute/disks/write",
    "Microsoft.Compute/virtualMachines/write",
    "Microsoft.Network/virtualNetworks/subnets/join/action",
    "Microsoft.Storage/storageAccounts/write",
}


def roles() -> list[Resource]:
    return deploy(GIVEN, INFRA / "access/restores.bicep").of_type(ROLE)


def actions(role: Resource) -> set[str]:
    (permission,) = role.body["properties"]["permissions"]
    assert permission.keys() == {"actions"}
    return set(permission["actions"])


def test_only_the_restore_and_reads_are_allowed_at_the_vault() -> None:
    vault, *targets = roles()
    assert {each for each in actions(vault) if not each.endswith("/read")} == {RESTORE}
    assert len(targets) == 2
    for target in targets:
        assert {each for each in actions(target) if not each.endswith("/read")} == WRITES


def test_the_role_for_file_shares_is_at_their_accounts_alone() -> None:
    accounts = [{"group": "rg-files", "name": "stfiles"}]
    deployed = deploy(GIVEN | {"shareAccounts": accounts}, INFRA / "access/restores.bicep")
    *_, given = deployed.of_type(ASSIGNMENT)
    assert given.scope == "Microsoft.Storage/storageAccounts/stfiles"
    assert given.body["properties"]["roleDefinitionId"].endswith(STORAGE_ACCOUNT_CONTRIBUTOR)
    assert len(deployed.of_type(ROLE)) == len(roles())


def test_no_action_is_a_pattern() -> None:
    assert not [each for role in roles() for each in actions(role) if "*" in each]


def test_each_role_can_be_given_in_its_group_alone_and_is_given_to_the_profile() -> None:
    deployed = deploy(GIVEN, INFRA / "access/restores.bicep")
    for role in deployed.of_type(ROLE):
        (scope,) = role.body["properties"]["assignableScopes"]
        assert "resourceGroups/rg-" in str(scope)
    given = deployed.of_type(ASSIGNMENT)
    assert [each.body["properties"]["principalId"] for each in given] == [PRINCIPAL] * 3
    assert given[0].body["scope"] is not None  # the vault, and not its group
