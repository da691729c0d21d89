"""The blocks of docs/changes.md and docs/keys.md, run where Azure refuses what it refuses."""

from pathlib import Path

from tests.infra.subscription.accounts import MIGRATION_DAYS
from tests.infra.subscription.azd import OFFICER
from tests.infra.subscription.cloud import id_of
from tests.infra.subscription.resources import ME, VAULTS
from tests.infra.subscription.scenes import (
    ACCOUNT,
    GROUP,
    VAULT,
    Subscription,
    blocks,
    deployed,
    in_production,
)

OUTPUTS = f"AZURE_RESOURCE_GROUP={GROUP} AZURE_KEY_VAULT_NAME={VAULT}"
WITH_ZONES = "azd env set TOUCHSTONE_ZONE_REDUNDANT true"


def done(subscription: Subscription, *steps: str, **values: str) -> str:
    ran = subscription.run(OUTPUTS, *steps, values=values)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def refusal(subscription: Subscription, *steps: str, **values: str) -> str:
    ran = subscription.run(OUTPUTS, *steps, values=values)
    assert ran.returncode != 0
    return ran.stderr


def test_zones_come_by_a_migration_and_not_by_a_deployment(tmp_path: Path) -> None:
    (migration,) = blocks("changes.md", "Zones")
    subscription = deployed(tmp_path)
    assert "ConversionNotAllowed" in refusal(subscription, WITH_ZONES, "azd provision")
    assert done(subscription, migration) == f"{ACCOUNT}\tStandard_LRS\n"
    assert "ConversionNotAllowed" in refusal(subscription, "azd provision")
    subscription.cloud.today += MIGRATION_DAYS
    done(subscription, "azd provision")


def test_a_locked_policy_can_only_grow(tmp_path: Path) -> None:
    (extension,) = blocks("changes.md", "The audit container")
    subscription = in_production(tmp_path)
    account = subscription.cloud.accounts[ACCOUNT]
    extension = extension.replace("<data account>", ACCOUNT).replace("<etag>", "'\"0x1\"'")
    assert "NotAllowed" in refusal(subscription, extension, days="3000")
    account.policy = "Locked"
    assert "NotAllowed" in refusal(subscription, extension, days="7")
    done(subscription, extension, days="3000")
    assert account.days == 3000
    done(subscription, "azd env set TOUCHSTONE_IMMUTABILITY_LOCKED true", "azd provision")
    assert account.days == 3000


def test_a_new_container_gets_no_policy_if_the_parameter_says_that_it_is_locked(
    tmp_path: Path,
) -> None:
    subscription = deployed(tmp_path, TOUCHSTONE_IMMUTABILITY_LOCKED="true")
    assert subscription.cloud.accounts[ACCOUNT].policy == ""


def test_roles_on_the_vault_given_by_hand_are_taken_back_before_a_deployment(
    tmp_path: Path,
) -> None:
    giving, take_back = blocks("keys.md", "Changing a key")[0], blocks("deploy.md", "Afterwards")[0]
    subscription = deployed(tmp_path)
    done(subscription, take_back, you=ME)
    giving = giving.replace("<object ID>", ME)
    done(subscription, giving)
    scope = id_of(GROUP, VAULTS, VAULT)
    given = {each.role for each in subscription.cloud.assignments if each.scope == scope}
    assert given == {OFFICER, "Key Vault Certificates Officer"}
    assert "RoleAssignmentExists" in refusal(subscription, "azd provision --no-state")
    done(subscription, take_back, "azd provision", you=ME)
