"""The deployer removes rights as docs/deploy.md says, with locks and without."""

from pathlib import Path

import pytest

from tests.infra.subscription.cloud import id_of
from tests.infra.subscription.resources import ME, VAULTS
from tests.infra.subscription.scenes import GROUP, VAULT, Subscription, blocks, deployed

VAULT_ID = id_of(GROUP, VAULTS, VAULT)
TAKE_BACK = blocks("deploy.md", "Afterwards")[0]
NAMES = f"AZURE_KEY_VAULT_NAME={VAULT}"


def run(subscription: Subscription, options: str) -> str:
    ran = subscription.run(NAMES, TAKE_BACK, values={"you": ME}, options=options)
    assert ran.returncode == 0, ran.stderr
    return ran.stderr


def rights_on_the_vault(subscription: Subscription) -> list[str]:
    return [each.role for each in subscription.cloud.assignments if each.scope == VAULT_ID]


@pytest.mark.parametrize("options", ["-eu", "-u"])
@pytest.mark.parametrize("locks", ["true", "false"])
def test_rights_are_removed_and_locks_stay_as_they_were(
    tmp_path: Path, locks: str, options: str
) -> None:
    subscription = deployed(tmp_path, TOUCHSTONE_DELETE_LOCKS=locks)
    before = list(subscription.cloud.locks)
    assert len(before) == (3 if locks == "true" else 0)
    assert run(subscription, options) == ""
    assert rights_on_the_vault(subscription) == []
    assert sorted(subscription.cloud.locks) == before


@pytest.mark.parametrize("options", ["-eu", "-u"])
def test_the_lock_comes_back_if_there_was_no_right(tmp_path: Path, options: str) -> None:
    subscription = deployed(tmp_path, TOUCHSTONE_DELETE_LOCKS="true")
    subscription.cloud.assignments.clear()
    assert "no right was removed" in run(subscription, options)
    assert len(subscription.cloud.locks) == 3


def test_a_lock_prevents_the_removal_of_rights(tmp_path: Path) -> None:
    subscription = deployed(tmp_path, TOUCHSTONE_DELETE_LOCKS="true")
    ran = subscription.run(f"az role assignment delete --assignee {ME} --scope {VAULT_ID}")
    assert "ScopeLocked" in ran.stderr
