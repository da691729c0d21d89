"""Blocks of documents that change what stays in Azure do that when they are run."""

import subprocess
from pathlib import Path

import pytest

from shared.keys.operator_tokens import Purpose
from shared.keys.sealing_key import read_sealing_key
from tests.infra.az_cli.az_cli import AzCli
from tests.infra.bicep.syntax import INFRA
from tests.infra.subscription.azd import TABLES
from tests.infra.subscription.cloud import Assignment, id_of
from tests.infra.subscription.resources import ACCOUNTS, ME
from tests.infra.subscription.scenes import (
    ACCOUNT,
    APP,
    GROUP,
    Subscription,
    blocks,
    deployed,
)

ACCOUNT_ID = id_of(GROUP, ACCOUNTS, ACCOUNT)


@pytest.fixture
def trial(tmp_path: Path) -> Subscription:
    return deployed(tmp_path, TOUCHSTONE_DELETE_LOCKS="true")


def succeed(trial: Subscription, *steps: str, **values: str) -> None:
    given = {name.replace("_", " "): value for name, value in values.items()}
    ran = trial.run(*steps, values=given)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_policy_is_locked_and_then_not_written_again(trial: Subscription) -> None:
    lock = blocks("deploy.md", "Afterwards")[1]
    succeed(trial, lock, data_account=ACCOUNT)
    assert trial.cloud.accounts[ACCOUNT].policy == "Locked"
    assert "OperationNotAllowed" in trial.run("azd provision --no-state").stderr
    succeed(trial, "azd env set TOUCHSTONE_IMMUTABILITY_LOCKED true", "azd provision")
    assert trial.cloud.accounts[ACCOUNT].policy == "Locked"


def test_earlier_roles_are_removed_when_the_app_gets_its_own(trial: Subscription) -> None:
    remove = blocks("deploy.md", "Narrower roles")[0]
    app = {"object ID of the app's identity": "app"}
    assert trial.run(remove, values=app).returncode == 0, "there may be none"
    role = Assignment("old", "app", "Storage Table Data Contributor", f"{ACCOUNT_ID}/tables/Links")
    trial.cloud.assignments.append(role)
    assert "ScopeLocked" in trial.run(remove, values=app).stderr
    trial.cloud.locks.clear()
    assert trial.run(remove, values=app).returncode == 0
    assert role not in trial.cloud.assignments


def test_the_deployer_of_github_is_made_and_removed(trial: Subscription) -> None:
    before = list(trial.cloud.assignments)
    made = blocks("deploy.md", "From GitHub")[0]
    succeed(trial, made, owner="me", repository="mine", subscription="1")
    roles = {each.role for each in trial.cloud.assignments if each.principal == "deployer"}
    assert roles == {
        "Contributor",
        "Role Based Access Control Administrator",
        "Locks Contributor",
    }
    (removed,) = blocks("teardown.md", "What remains")
    succeed(trial, removed)
    assert (trial.cloud.groups, trial.cloud.assignments) == ([GROUP], before)


def test_a_store_on_which_the_service_ran_is_emptied_and_restored(trial: Subscription) -> None:
    settings = blocks("restore.md", "Exporting")[1]
    (stop,) = blocks("restore.md", "Where to restore")
    (empty,) = blocks("restore.md", "If the service already ran on the store")
    (restore,) = blocks("restore.md", "The import")
    given = {"you": ME, "SHA-256": "0f" * 32}
    assert "another service key" in trial.run(settings, restore, values=given).stderr
    assert trial.run(settings, stop, empty).returncode == 0
    assert (trial.cloud.apps, trial.cloud.accounts[ACCOUNT].tables) == ({APP: "Stopped"}, [])
    succeed(trial, "azd provision --no-state")
    assert trial.cloud.accounts[ACCOUNT].tables == [*TABLES]
    assert trial.run(settings, restore, values=given).returncode == 0
    assert trial.cloud.accounts[ACCOUNT].data == "of the export"


def test_who_exports_through_the_service_gets_a_role_for_one_secret(trial: Subscription) -> None:
    before = list(trial.cloud.assignments)
    export, give = blocks("restore.md", "Through the service")
    settings = export.partition("\n")[0]
    succeed(trial, settings, give, who_exports="exporter")
    (given,) = [each for each in trial.cloud.assignments if each not in before]
    assert (given.principal, given.role) == ("exporter", "Key Vault Secrets Officer")
    assert given.scope.endswith(f"/secrets/{Purpose.EXPORT.secret_name}")


def test_new_versions_of_keys_are_what_the_app_reads(tmp_path: Path) -> None:
    make = blocks("keys.md", "Changing a key")[1]
    (tmp_path / "infra").symlink_to(INFRA)
    ran = subprocess.run(
        ["/bin/sh", "-eu", "-c", f"vault=kv-touchstone\n{make}"],
        cwd=tmp_path,
        env=AzCli(tmp_path).environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    made = (tmp_path / "keyvault" / "secret" / "touchstone-sealing").read_text()
    assert len(read_sealing_key(made)) == 32
    assert not (tmp_path / "key").exists()
