"""An environment that was taken down comes back with its keys, as docs/teardown.md says."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.documents import CODE, REPOSITORY
from tests.infra.subscription.cloud import Cloud
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
    deployed,
    in_production,
)

PAGE = "teardown.md"
BACK = blocks(PAGE, "Bringing it back")
HERE = {"the same region": REGION}


@pytest.fixture
def deleted(tmp_path: Path) -> Subscription:
    subscription = in_production(tmp_path)
    assert subscription.run(*blocks(PAGE, "Taking it down")).returncode == 0
    _ten_days_later(subscription.cloud)
    return subscription


def _ten_days_later(cloud: Cloud) -> None:
    cloud.today = 10
    # As it was set when the policy was locked.
    cloud.environment["TOUCHSTONE_IMMUTABILITY_LOCKED"] = "true"


def test_the_documented_commands_bring_it_back_with_its_keys(deleted: Subscription) -> None:
    ran = deleted.run(*BACK, values=HERE)
    assert (ran.returncode, ran.stderr) == (0, "")
    cloud = deleted.cloud
    vault = cloud.vaults[VAULT]
    assert (vault.keys, vault.deleted, vault.as_asked) == ("of day 0", None, True)
    assert cloud.accounts[ACCOUNT].policy == "Unlocked"
    assert cloud.apps == {APP: "Running"}
    assert cloud.environment["TOUCHSTONE_RECOVER_VAULT"] == "false"


@pytest.mark.parametrize(
    ("line", "holds"),
    [
        ("azd env set AZURE_LOCATION <the same region>", "required parameter 'location'"),
        ("azd env set TOUCHSTONE_RECOVER_VAULT true", "ConflictError"),
        (
            "azd env set TOUCHSTONE_IMMUTABILITY_LOCKED false",
            lambda cloud: cloud.accounts[ACCOUNT].policy == "",
        ),
        ("azd provision", "ConflictError"),
        (
            "azd env set TOUCHSTONE_RECOVER_VAULT false",
            lambda cloud: not cloud.vaults[VAULT].as_asked,
        ),
        ("\nazd provision\n$", lambda cloud: not cloud.vaults[VAULT].as_asked),
        ("azd deploy", lambda cloud: cloud.apps == {APP: "without code"}),
    ],
)
def test_every_step_back_is_necessary(
    deleted: Subscription, line: str, holds: str | Callable[[Cloud], bool]
) -> None:
    script = "".join(BACK)
    before, found, after = (
        script.rpartition("azd provision\n")
        if line.endswith("$")
        else script.partition(f"{line}\n")
    )
    assert found
    ran = deleted.run(before, after, values=HERE)
    if isinstance(holds, str):
        assert ran.returncode != 0
        assert holds in ran.stderr
    else:
        assert ran.returncode == 0
        assert holds(deleted.cloud)


def test_a_vault_that_is_there_cannot_be_recovered(deleted: Subscription) -> None:
    assert deleted.run(*BACK, values=HERE).returncode == 0
    ran = deleted.run("azd env set TOUCHSTONE_RECOVER_VAULT true", "azd provision")
    assert "SoftDeletedVaultDoesNotExist" in ran.stderr


def test_az_alone_cannot_recover_a_vault_whose_group_is_gone(deleted: Subscription) -> None:
    ran = deleted.run(f"az keyvault recover --name {VAULT}")
    assert "ResourceGroupNotFound" in ran.stderr


def test_after_90_days_the_vault_is_made_anew(deleted: Subscription) -> None:
    deleted.cloud.today = 91
    assert "SoftDeletedVaultDoesNotExist" in deleted.run(*BACK, values=HERE).stderr
    ran = deleted.run("azd env set TOUCHSTONE_RECOVER_VAULT false", "azd provision")
    assert ran.returncode == 0
    assert deleted.cloud.vaults[VAULT].keys == "of day 91"


def test_another_region_has_another_vault(deleted: Subscription) -> None:
    ran = deleted.run(*BACK, values={"the same region": "westeurope"})
    assert "SoftDeletedVaultDoesNotExist" in ran.stderr


@pytest.mark.parametrize(("today", "rows"), [(14, OLD_ROWS), (15, 0)])
def test_old_rows_come_back_within_14_days(deleted: Subscription, today: int, rows: int) -> None:
    deleted.cloud.today = today
    assert deleted.run(*BACK, values=HERE).returncode == 0
    assert deleted.cloud.workspaces[WORKSPACE].rows == rows


def test_old_rows_can_be_deleted_before_the_return(deleted: Subscription) -> None:
    (block,) = blocks(PAGE, "A new log beside an old one")
    names = f"AZURE_RESOURCE_GROUP={GROUP} AZURE_LOCATION={REGION} workspace={WORKSPACE}"
    create, recover, delete = block.replace("\\\n", "").splitlines()
    assert "ResourceGroupNotFound" in deleted.run(names, recover, delete).stderr
    assert "ResourceNotFound" in deleted.run(names, create, delete).stderr
    ran = deleted.run(names, block, *BACK, values=HERE)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert deleted.cloud.workspaces[WORKSPACE].rows == 0


def test_a_vault_that_was_deleted_alone_is_recovered_by_az(tmp_path: Path) -> None:
    subscription = deployed(tmp_path)
    subscription.cloud.vaults[VAULT].deleted = 0
    recover, provision = _recovery()
    names = f"AZURE_KEY_VAULT_NAME={VAULT}"
    assert "ConflictError" in subscription.run(provision).stderr
    ran = subscription.run(names, recover, provision)
    assert (ran.returncode, ran.stderr) == (0, "")
    vault = subscription.cloud.vaults[VAULT]
    assert (vault.deleted, vault.keys, vault.as_asked) == (None, "of day 0", True)


def _recovery() -> list[str]:
    """The first two commands that disasters.md names for it."""
    text = (REPOSITORY / "docs" / "disasters.md").read_text(encoding="utf-8")
    section = text.partition("## The key vault is deleted")[2]
    return CODE.findall(section.partition("**Do** ")[2])[:2]
