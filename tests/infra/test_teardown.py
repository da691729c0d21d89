"""An environment is taken down and brought back as docs/teardown.md says, and in no other order.

The blocks of the document are run. What the substitutes refuse is from these sources:
locks: learn.microsoft.com/azure/azure-resource-manager/management/lock-resources;
policies: learn.microsoft.com/azure/storage/blobs/immutable-container-level-worm-policies and
azure-powershell#26148; vaults: contoso-chat#55, OmniVec#24, azure-rest-api-specs#21306;
workspaces: learn.microsoft.com/azure/azure-monitor/logs/delete-workspace; azd: its source.
"""

from pathlib import Path

import pytest

from tests.infra.subscription.cloud import Cloud
from tests.infra.subscription.scenes import (
    ACCOUNT,
    GROUP,
    VAULT,
    WORKSPACE,
    Subscription,
    blocks,
    deployed,
    in_production,
    without,
)

PAGE = "teardown.md"
DOWN = blocks(PAGE, "Taking it down")
NAMES, RIGHTS, LOCKS, POLICY, ROLES, AZD_DOWN = range(len(DOWN))


@pytest.fixture
def production(tmp_path: Path) -> Subscription:
    return in_production(tmp_path)


def left(cloud: Cloud) -> dict[str, object]:
    """What is not deleted, or can come back."""
    return {
        "groups": cloud.groups,
        "accounts": sorted(cloud.accounts),
        "roles": sorted(cloud.role_definitions),
        "rights": [each.name for each in cloud.assignments],
        "vaults": sorted(cloud.vaults),
        "workspaces": sorted(cloud.workspaces),
    }


CLEAN = {
    "groups": [],
    "accounts": [],
    "roles": [],
    "rights": [],
    "vaults": [VAULT],
    "workspaces": [WORKSPACE],
}


@pytest.mark.parametrize("options", ["-eu", "+e"], ids=["strict", "as pasted"])
def test_the_documented_commands_take_production_down(
    production: Subscription, options: str
) -> None:
    ran = production.run(*DOWN, options=options)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert left(production.cloud) == CLEAN
    assert production.cloud.vaults[VAULT].deleted == 0


def test_the_documented_commands_take_development_down(tmp_path: Path) -> None:
    trial = deployed(tmp_path)
    ran = trial.run(*DOWN)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert left(trial.cloud) == CLEAN


@pytest.mark.parametrize(
    ("step", "consequence"),
    [
        (NAMES, "AZURE_RESOURCE_GROUP"),
        (RIGHTS, {"rights": ["elsewhere"]}),
        (LOCKS, "ScopeLocked"),
        (POLICY, "AccountProtectedFromDeletion"),
        (ROLES, {"roles": ["rows-guid"]}),
        (AZD_DOWN, {"groups": [GROUP], "accounts": [ACCOUNT], "rights": ["by-template"]}),
    ],
    ids=["names", "rights", "locks", "policy", "roles", "down"],
)
def test_every_step_down_is_necessary(
    production: Subscription, step: int, consequence: str | dict[str, object]
) -> None:
    ran = production.run(*without(DOWN, step))
    if isinstance(consequence, str):
        assert ran.returncode != 0
        assert consequence in ran.stderr
        assert production.cloud.groups == [GROUP]
    else:
        remains = left(production.cloud)
        assert remains == {**CLEAN, **consequence}


@pytest.mark.parametrize(
    ("early", "refusal"),
    [(POLICY, "ScopeLocked"), (ROLES, "ScopeLocked"), (AZD_DOWN, "ScopeLocked")],
    ids=["policy", "roles", "down"],
)
def test_locks_come_first(production: Subscription, early: int, refusal: str) -> None:
    ran = production.run(DOWN[NAMES], DOWN[early])
    assert refusal in ran.stderr
    # Nothing is deleted in part.
    assert left(production.cloud) == {**CLEAN, **_all_of_it()}


def _all_of_it() -> dict[str, object]:
    rights = ["by-template", "elsewhere", "rows"]
    return {
        "groups": [GROUP],
        "accounts": [ACCOUNT],
        "roles": ["rows-guid"],
        "rights": rights,
    }


def test_purge_before_the_policy_loses_the_searchable_log(production: Subscription) -> None:
    ran = production.run(DOWN[NAMES], DOWN[LOCKS], "azd down --purge")
    assert "AccountProtectedFromDeletion" in ran.stderr
    assert production.cloud.workspaces == {}
    assert production.cloud.groups == [GROUP]


def test_purge_leaves_the_vault(production: Subscription) -> None:
    ran = production.run(*DOWN[:AZD_DOWN], "azd down --purge")
    assert ran.returncode == 0
    assert left(production.cloud) == {**CLEAN, "workspaces": []}
    purged = production.run(f"az keyvault purge --name {VAULT}")
    assert "DeletedVaultPurge" in purged.stderr


def test_a_policy_changed_meanwhile_is_not_deleted(production: Subscription) -> None:
    production.run(DOWN[NAMES], DOWN[LOCKS])
    ran = production.run(
        f"az storage container immutability-policy delete --account-name {ACCOUNT} "
        "--container-name audit --if-match '\"0x0\"'"
    )
    assert "ConditionNotMet" in ran.stderr
    assert production.cloud.accounts[ACCOUNT].policy == "Unlocked"


def test_a_network_that_is_held_is_deleted_later(production: Subscription) -> None:
    production.cloud.held_networks.append(GROUP)
    ran = production.run(*DOWN)
    assert "legionservicelink" in ran.stderr
    assert production.cloud.groups == [GROUP]
    production.cloud.held_networks.clear()
    assert production.run(DOWN[AZD_DOWN]).returncode == 0
    assert left(production.cloud) == CLEAN


def test_of_a_locked_policy_the_account_remains_without_names(production: Subscription) -> None:
    tables, later = blocks(PAGE, "If the policy is locked")
    _lock_policy(production.cloud)
    assert "current state" in production.run(*DOWN).stderr
    ran = production.run(*without(DOWN, POLICY))
    assert "AccountProtectedFromDeletion" in ran.stderr
    # The names are those of the first block: azd keeps them until it has deleted everything.
    assert production.run(DOWN[NAMES], tables).returncode == 0
    account = production.cloud.accounts[ACCOUNT]
    assert (account.tables, account.blobs) == ([], 3)
    early = production.run(DOWN[NAMES], later)
    assert "BlobImmutableDueToPolicy" in early.stderr
    production.cloud.today = 2555
    for left_out in range(2):
        lines = without(later.splitlines(), left_out)
        assert production.run(DOWN[NAMES], *lines).returncode != 0
    ran = production.run(DOWN[NAMES], later)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert (production.cloud.groups, production.cloud.accounts) == ([], {})


def _lock_policy(cloud: Cloud) -> None:
    cloud.accounts[ACCOUNT].policy = "Locked"
