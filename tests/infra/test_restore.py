"""An environment that is lost as a whole is restored from an export, as docs/restore.md says."""

from pathlib import Path

import pytest

from tests.infra.az_cli.state import Refused
from tests.infra.subscription.resources import ME
from tests.infra.subscription.scenes import (
    ACCOUNT,
    APP,
    GROUP,
    OLD_ROWS,
    REGION,
    VAULT,
    WORKSPACE,
    Subscription,
    blocks,
    in_production,
)

PAGE = "restore.md"
MAKE_GROUP, PROVISION, FINISH = blocks(PAGE, "The whole environment is deleted")
SETTINGS = blocks(PAGE, "Exporting")[1]
(IMPORT,) = blocks(PAGE, "The import")
TAKE_BACK = blocks("deploy.md", "Afterwards")[0].replace('take_back "$(az', ': "$(az')
VALUES = {
    "the same region": REGION,
    "resource group": GROUP,
    "you": ME,
    "SHA-256": "0f" * 32,
}
REMOVE_RIGHT = f'{TAKE_BACK}\ntake_back "$scope"'


@pytest.fixture
def lost(tmp_path: Path) -> Subscription:
    """Somebody has removed the locks, and deleted the group."""
    subscription = in_production(tmp_path)
    cloud = subscription.cloud
    cloud.locks.clear()
    cloud.accounts[ACCOUNT].policy = ""
    cloud.delete_group(GROUP)
    del cloud.environment["AZURE_LOCATION"]
    cloud.today = 5
    return subscription


def test_the_documented_commands_restore_it_with_its_keys(lost: Subscription) -> None:
    ran = lost.run(MAKE_GROUP, PROVISION, SETTINGS, IMPORT, REMOVE_RIGHT, FINISH, values=VALUES)
    assert (ran.returncode, ran.stderr) == (0, "")
    cloud = lost.cloud
    account = cloud.accounts[ACCOUNT]
    assert (account.data, account.policy) == ("of the export", "Unlocked")
    vault = cloud.vaults[VAULT]
    assert (vault.keys, vault.as_asked) == ("of day 0", True)
    assert cloud.workspaces[WORKSPACE].rows == OLD_ROWS
    assert cloud.apps == {APP: "Running"}
    # The right for the import is gone, and all locks are there.
    assert "Storage Table Data Contributor" not in {each.role for each in cloud.assignments}
    assert len(cloud.locks) == 3


@pytest.mark.parametrize(
    ("steps", "refusal"),
    [
        ((PROVISION, FINISH, SETTINGS, IMPORT), "another service key"),
        ((MAKE_GROUP, SETTINGS, IMPORT), "ResourceNotFound"),
        ((MAKE_GROUP, FINISH), "required parameter 'location'"),
    ],
    ids=["deployed before the import", "not provisioned", "not recovered"],
)
def test_no_other_order_is_possible(
    lost: Subscription, steps: tuple[str, ...], refusal: str
) -> None:
    ran = lost.run(*steps, values=VALUES)
    assert ran.returncode != 0
    assert refusal in ran.stderr


def test_the_account_can_be_recovered_only_before_it_is_made_anew(lost: Subscription) -> None:
    with pytest.raises(Refused, match="ResourceGroupNotFound"):
        lost.cloud.restore_account(ACCOUNT)
    lost.run(MAKE_GROUP, values=VALUES)
    lost.cloud.restore_account(ACCOUNT)
    ran = lost.run(PROVISION, FINISH, values=VALUES)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert lost.cloud.accounts[ACCOUNT].data == "of the service"


def test_provisioning_first_takes_the_name_of_the_account(lost: Subscription) -> None:
    assert lost.run(PROVISION, values=VALUES).returncode == 0
    assert ACCOUNT not in lost.cloud.deleted_accounts


def test_azd_does_not_see_that_the_resources_are_gone(lost: Subscription) -> None:
    """If the vault cannot be recovered any more, no parameter changes."""
    lost.cloud.today = 91
    lost.cloud.environment["AZURE_LOCATION"] = REGION
    script = PROVISION.replace("TOUCHSTONE_RECOVER_VAULT true", "TOUCHSTONE_RECOVER_VAULT false")
    lost.cloud.environment["TOUCHSTONE_RECOVER_VAULT"] = "false"
    lost.cloud.deployment["TOUCHSTONE_RECOVER_VAULT"] = "false"
    assert "no changes" in lost.run(script.replace(" --no-state", ""), values=VALUES).stdout
    assert GROUP not in lost.cloud.groups
    assert lost.run(script, values=VALUES).returncode == 0
    assert lost.cloud.vaults[VAULT].keys == "of day 91"
