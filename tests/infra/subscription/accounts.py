"""The commands of az about the data account in cloud.py, and its container `audit`."""

from argparse import Namespace

from tests.infra.az_cli.state import Refused
from tests.infra.subscription.cloud import Account, Cloud, id_of
from tests.infra.subscription.resources import ACCOUNTS, Handler, not_found

MIGRATION_DAYS = 3


def _account(name: str, cloud: Cloud) -> Account:
    if name not in cloud.accounts:
        raise not_found(name)
    return cloud.accounts[name]


def _show(asked: Namespace, cloud: Cloud) -> object:
    account = _account(asked.name, cloud)
    return {"id": id_of(account.group, ACCOUNTS, asked.name), "name": asked.name}


def _delete(asked: Namespace, cloud: Cloud) -> None:
    cloud.delete_account(asked.name)


def _update(asked: Namespace, cloud: Cloud) -> None:
    _account(asked.name, cloud)


def _list(asked: Namespace, cloud: Cloud) -> object:
    inside = [each for each in cloud.accounts.items() if each[1].group == asked.resource_group]
    return [{"name": name, "sku": {"name": sku_of(each, cloud)}} for name, each in inside]


def _migrate(asked: Namespace, cloud: Cloud) -> None:
    account = _account(asked.account_name, cloud)
    account.migrating = (cloud.today + MIGRATION_DAYS, asked.sku)


def sku_of(account: Account, cloud: Cloud) -> str:
    if account.migrating and cloud.today >= account.migrating[0]:
        account.sku, account.migrating = account.migrating[1], None
    return account.sku


def _policy_show(asked: Namespace, cloud: Cloud) -> object:
    account = _account(asked.account_name, cloud)
    if not account.policy:
        raise not_found("immutabilityPolicies/default")
    return {"etag": account.etag, "state": account.policy}


def _policy_delete(asked: Namespace, cloud: Cloud) -> None:
    account = _matching(asked, cloud)
    cloud.refuse_if_locked(id_of(account.group, ACCOUNTS, asked.account_name))
    if account.policy == "Locked":
        raise Refused(
            "(OperationNotAllowedOnImmutabilityPolicy) Operation not allowed on immutability "
            "policy with current state."
        )
    account.policy = ""


def _policy_extend(asked: Namespace, cloud: Cloud) -> None:
    account, days = _matching(asked, cloud), int(asked.period)
    if account.policy != "Locked" or days < account.days:
        raise Refused(
            "(OperationNotAllowedOnImmutabilityPolicy) Operation not allowed on immutability "
            "policy with current state."
        )
    account.days = days


def _policy_lock(asked: Namespace, cloud: Cloud) -> None:
    _matching(asked, cloud).policy = "Locked"


def _matching(asked: Namespace, cloud: Cloud) -> Account:
    account = _account(asked.account_name, cloud)
    if asked.if_match != account.etag:
        raise Refused(
            "(ConditionNotMet) The condition specified using HTTP conditional header(s) is not met."
        )
    return account


def _blobs_delete(asked: Namespace, cloud: Cloud) -> None:
    account = _account(asked.account_name, cloud)
    if account.policy and cloud.today < account.last_append + account.days:
        raise Refused(
            "This operation is not permitted as the blob is immutable due to a policy. "
            "ErrorCode:BlobImmutableDueToPolicy"
        )
    account.blobs = 0


def _container_delete(asked: Namespace, cloud: Cloud) -> None:
    account = _account(asked.storage_account, cloud)
    if account.policy and account.blobs:
        raise Refused(
            "(ContainerImmutabilityPolicyFailure) The container has an immutability policy and is "
            "not empty."
        )
    account.policy = ""


def _table_delete(asked: Namespace, cloud: Cloud) -> None:
    for table in asked.ids:
        owner, _, name = table.partition("/tableServices/default/tables/")
        cloud.refuse_if_locked(owner)
        _account(owner.rpartition("/")[2], cloud).tables.remove(name)


def _table_delete_by_data_role(asked: Namespace, cloud: Cloud) -> object:
    """By the data plane, which no lock protects."""
    account = _account(asked.account_name, cloud)
    if asked.auth_mode != "login":
        raise Refused("KeyBasedAuthenticationNotPermitted")
    account.tables.remove(asked.name)
    account.data = account.data if account.tables else ""
    return {"deleted": True}


COMMANDS: dict[str, Handler] = {
    "resource delete": _table_delete,
    "storage account delete": _delete,
    "storage account list": _list,
    "storage account migration start": _migrate,
    "storage account show": _show,
    "storage account update": _update,
    "storage blob delete-batch": _blobs_delete,
    "storage table delete": _table_delete_by_data_role,
    "storage container immutability-policy delete": _policy_delete,
    "storage container immutability-policy extend": _policy_extend,
    "storage container immutability-policy lock": _policy_lock,
    "storage container immutability-policy show": _policy_show,
    "storage container-rm delete": _container_delete,
}
