"""A substitute for azd, over the subscription in cloud.py: what it makes, deletes and remembers.

It follows azd's source: `down` asks, deletes workspaces for ever before all else with --purge,
leaves out vaults with purge protection, and forgets the outputs of the deployment, which here are
also the region.
"""

import re
from argparse import Namespace
from collections.abc import Callable

from tests.infra.az_cli.state import Refused
from tests.infra.bicep.syntax import INFRA
from tests.infra.subscription.accounts import sku_of
from tests.infra.subscription.cloud import Assignment, Cloud, id_of
from tests.infra.subscription.resources import ACCOUNTS, LOCKS, ME, VAULTS

WORKSPACES = "Microsoft.OperationalInsights/workspaces"
OFFICER = "Key Vault Secrets Officer"
TABLES = tuple(
    re.findall(r"^  '([A-Z]\w+)'$", (INFRA / "storage" / "data.bicep").read_text(), re.MULTILINE)
)


class Names:
    """They follow from subscription, environment and region."""

    def __init__(self, environment: dict[str, str]) -> None:
        if "AZURE_LOCATION" not in environment:
            raise Refused("reading required parameter 'location': no default response")
        name = environment["AZURE_ENV_NAME"]
        token = f"{name}{environment['AZURE_LOCATION']}"
        self.group = f"rg-touchstone-{name}"
        self.vault = f"kv-{token}"
        self.account = f"stdata{token}"
        self.workspace = f"log-touchstone-{token}"
        self.app = f"func-touchstone-{token}"


def _provision(asked: Namespace, cloud: Cloud) -> str:
    names, parameters = Names(cloud.environment), _parameters(cloud)
    if not asked.no_state and parameters == cloud.deployment:
        return "There are no changes to provision for your application.\n"
    cloud.deployment = {}
    _deploy_templates(names, cloud)
    cloud.deployment = parameters
    return ""


def _parameters(cloud: Cloud) -> dict[str, str]:
    return {name: value for name, value in cloud.environment.items() if name not in RESULTS}


def _deploy_templates(names: Names, cloud: Cloud) -> None:
    asked = cloud.environment
    if names.group not in cloud.groups:
        cloud.groups.append(names.group)
    cloud.make_workspace(names.workspace, names.group)
    _make_account(asked, names, cloud)
    if asked.get("TOUCHSTONE_RECOVER_VAULT") == "true":
        cloud.recover_vault(names.vault, names.group)
    else:
        cloud.make_vault(names.vault, names.group)
    vault = id_of(names.group, VAULTS, names.vault)
    cloud.assign(Assignment("by-template", ME, OFFICER, vault))
    if asked.get("TOUCHSTONE_DELETE_LOCKS") == "true":
        _lock(names, cloud)
    cloud.apps.setdefault(names.app, "without code")
    _remember(names, cloud)
    # The hook makes the keys that are missing.
    cloud.vaults[names.vault].keys = cloud.vaults[names.vault].keys or f"of day {cloud.today}"


def _make_account(asked: dict[str, str], names: Names, cloud: Cloud) -> None:
    writes_policy = asked.get("TOUCHSTONE_IMMUTABILITY_LOCKED") != "true"
    account = cloud.make_account(names.account, names.group)
    account.tables = [*TABLES]
    wanted = "Standard_ZRS" if asked.get("TOUCHSTONE_ZONE_REDUNDANT") == "true" else "Standard_LRS"
    account.sku = account.sku or wanted
    if sku_of(account, cloud) != wanted:
        raise Refused("(StorageAccountTypeConversionNotAllowed) Storage account type conversion …")
    if not writes_policy:
        return
    if account.policy == "Locked":
        raise Refused("(OperationNotAllowedOnImmutabilityPolicy) Operation not allowed …")
    account.policy = "Unlocked"
    account.days = int(asked.get("TOUCHSTONE_IMMUTABLE_DAYS", "1"))


def _lock(names: Names, cloud: Cloud) -> None:
    kept = {VAULTS: names.vault, ACCOUNTS: names.account, WORKSPACES: names.workspace}
    locks = [f"{id_of(names.group, kind, name)}{LOCKS}keep" for kind, name in kept.items()]
    cloud.locks = sorted({*cloud.locks, *locks})


def _remember(names: Names, cloud: Cloud) -> None:
    cloud.environment |= {
        "AZURE_RESOURCE_GROUP": names.group,
        "AZURE_KEY_VAULT_NAME": names.vault,
        "TOUCHSTONE_APP": names.app,
        "TOUCHSTONE_TABLES_ENDPOINT": f"https://{names.account}.table.core.windows.net/",
        "TOUCHSTONE_EFFECTIVE_RP_ID": "example.com",
        "TOUCHSTONE_URL": "https://passkeys.example.com",
    }


RESULTS = (
    *("AZURE_RESOURCE_GROUP", "AZURE_KEY_VAULT_NAME", "TOUCHSTONE_APP"),
    *("TOUCHSTONE_TABLES_ENDPOINT", "TOUCHSTONE_EFFECTIVE_RP_ID", "TOUCHSTONE_URL"),
)
OUTPUTS = ("AZURE_LOCATION", *RESULTS)


def _down(asked: Namespace, cloud: Cloud) -> None:
    names = Names(cloud.environment)
    cloud.refuse_without_group(names.group)
    if not asked.force and asked.said != "y":
        raise Refused("user denied delete confirmation")
    if asked.purge:
        cloud.refuse_if_locked(id_of(names.group, WORKSPACES, names.workspace))
        cloud.workspaces.pop(names.workspace, None)
    cloud.delete_group(names.group)
    cloud.deployment = {}
    for output in OUTPUTS:
        cloud.environment.pop(output, None)


def _deploy(_: Namespace, cloud: Cloud) -> None:
    app = Names(cloud.environment).app
    if app not in cloud.apps:
        raise Refused(f"resource not found: {app}")
    cloud.apps[app] = "Running"
    # A timer starts a log within a minute.
    account = cloud.accounts[Names(cloud.environment).account]
    account.data = account.data or "a new log"


def _set(asked: Namespace, cloud: Cloud) -> None:
    name, value = asked.words
    cloud.environment[name] = value


def _get_values(_: Namespace, cloud: Cloud) -> str:
    return "".join(f'{name}="{value}"\n' for name, value in cloud.environment.items())


def _get_value(asked: Namespace, cloud: Cloud) -> str:
    (name,) = asked.words
    if name not in cloud.environment:
        raise Refused(f"key '{name}' not found in the environment values")
    return f"{cloud.environment[name]}\n"


COMMANDS: dict[str, Callable[[Namespace, Cloud], str | None]] = {
    "deploy": _deploy,
    "down": _down,
    "env get-value": _get_value,
    "env get-values": _get_values,
    "env set": _set,
    "provision": _provision,
}
