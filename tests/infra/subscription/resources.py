"""The commands of az about resources of the subscription in cloud.py."""

from argparse import Namespace
from collections.abc import Callable

from tests.infra.az_cli.state import Refused
from tests.infra.subscription.cloud import SUBSCRIPTION, Assignment, Cloud, id_of

ME = "0b9f1c3e-0000-4000-8000-00000000abcd"
VAULTS = "Microsoft.KeyVault/vaults"
ACCOUNTS = "Microsoft.Storage/storageAccounts"
LOCKS = "/providers/Microsoft.Authorization/locks/"

type Handler = Callable[[Namespace, Cloud], object]


def not_found(what: str) -> Refused:
    return Refused(f"(ResourceNotFound) The Resource '{what}' was not found.", status=3)


def _group_create(asked: Namespace, cloud: Cloud) -> None:
    if asked.name not in cloud.groups:
        cloud.groups.append(asked.name)


def _group_delete(asked: Namespace, cloud: Cloud) -> None:
    cloud.delete_group(asked.name)


def _group_exists(asked: Namespace, cloud: Cloud) -> bool:
    return asked.name in cloud.groups


def _lock_list(asked: Namespace, cloud: Cloud) -> object:
    inside = id_of(asked.resource_group) if asked.resource_group else SUBSCRIPTION
    return [{"id": each, "name": "keep"} for each in cloud.locks if each.startswith(f"{inside}/")]


def _lock_show(asked: Namespace, cloud: Cloud) -> object:
    (lock,) = asked.ids
    if lock not in cloud.locks:
        raise not_found(lock)
    return {"id": lock, "name": "keep"}


def _lock_create(asked: Namespace, cloud: Cloud) -> None:
    cloud.locks.append(f"{asked.resource}{LOCKS}{asked.name}")


def _lock_delete(asked: Namespace, cloud: Cloud) -> None:
    for lock in asked.ids:
        if lock in cloud.locks:
            cloud.locks.remove(lock)


def _signed_in_user(_: Namespace, __: Cloud) -> object:
    return {"id": ME}


def _assignment_create(asked: Namespace, cloud: Cloud) -> None:
    cloud.assign(Assignment("by-hand", _principal(asked) or "", asked.role, asked.scope))


def _assignment_list(asked: Namespace, cloud: Cloud) -> object:
    return [
        {"id": each.id, "roleDefinitionName": each.role, "scope": each.scope}
        for each in cloud.assignments
        if (asked.all or each.scope == asked.scope) and _is_meant(asked, each)
    ]


def _assignment_delete(asked: Namespace, cloud: Cloud) -> None:
    found = [each for each in cloud.assignments if each.id in asked.ids] if asked.ids else []
    if not asked.ids:
        at_scope = [each for each in cloud.assignments if each.scope == asked.scope]
        found = [each for each in at_scope if _is_meant(asked, each)]
        if not found:
            raise Refused("No matched assignments were found to delete")
    for each in found:
        cloud.refuse_if_locked(each.scope)
        cloud.assignments.remove(each)


def _is_meant(asked: Namespace, assignment: Assignment) -> bool:
    role = asked.role in (None, assignment.role)
    return role and _principal(asked) in (None, assignment.principal)


def _principal(asked: Namespace) -> str | None:
    given: str | None = asked.assignee or asked.assignee_object_id
    return given


def _definition_list(asked: Namespace, cloud: Cloud) -> object:
    return [
        {"name": name, "roleName": f"Touchstone {name}", "roleType": "CustomRole"}
        for name, group in cloud.role_definitions.items()
        if group == asked.resource_group
    ]


def _definition_delete(asked: Namespace, cloud: Cloud) -> None:
    if any(each.role == asked.name for each in cloud.assignments):
        raise Refused(
            "(RoleDefinitionHasAssignments) There are existing role assignments referencing role "
            "(code: RoleDefinitionHasAssignments)."
        )
    cloud.refuse_without_group(asked.resource_group)
    cloud.role_definitions.pop(asked.name)


def _identity_list(asked: Namespace, cloud: Cloud) -> object:
    inside = asked.resource_group in cloud.groups
    return [{"principalId": each} for each in ("app", "profile")] if inside else []


def _identity_show(asked: Namespace, cloud: Cloud) -> object:
    cloud.refuse_without_group(asked.resource_group)
    return {"principalId": asked.name}


def _identity_create(asked: Namespace, cloud: Cloud) -> None:
    cloud.refuse_without_group(asked.resource_group)


def _vault_show(asked: Namespace, cloud: Cloud) -> object:
    vault = cloud.vaults.get(asked.name)
    if vault is None or vault.deleted is not None:
        raise not_found(asked.name)
    return {"id": id_of(vault.group, VAULTS, asked.name)}


def _secret_set(asked: Namespace, cloud: Cloud) -> None:
    """Its content matters to no test here."""
    _vault_show(Namespace(name=asked.vault_name), cloud)


def _vault_list_deleted(_: Namespace, cloud: Cloud) -> object:
    return [{"name": name} for name, each in cloud.vaults.items() if each.deleted is not None]


def _vault_recover(asked: Namespace, cloud: Cloud) -> None:
    vault = cloud.vaults.get(asked.name)
    if vault is None or vault.deleted is None:
        raise Refused(f"No deleted Vault or HSM was found with name {asked.name}")
    cloud.recover_vault(asked.name, asked.resource_group or vault.group)


def _vault_purge(_: Namespace, __: Cloud) -> None:
    raise Refused("(MethodNotAllowed) Operation 'DeletedVaultPurge' is not allowed.")


def _workspace_delete(asked: Namespace, cloud: Cloud) -> None:
    workspace = cloud.workspaces.get(asked.name)
    if workspace is None or workspace.deleted is not None:
        raise not_found(asked.name)
    kind = "Microsoft.OperationalInsights/workspaces"
    cloud.refuse_if_locked(id_of(workspace.group, kind, asked.name))
    workspace.deleted = cloud.today
    if asked.force:
        del cloud.workspaces[asked.name]


def _workspace_recover(asked: Namespace, cloud: Cloud) -> None:
    cloud.refuse_without_group(asked.resource_group)
    cloud.make_workspace(asked.workspace_name, asked.resource_group)


def _app_stop(asked: Namespace, cloud: Cloud) -> None:
    _app_show(asked, cloud)
    cloud.apps[asked.name] = "Stopped"


def _app_show(asked: Namespace, cloud: Cloud) -> object:
    if asked.name not in cloud.apps:
        raise not_found(asked.name)
    return {"state": cloud.apps[asked.name]}


COMMANDS: dict[str, Handler] = {
    "ad signed-in-user show": _signed_in_user,
    "functionapp show": _app_show,
    "functionapp stop": _app_stop,
    "group create": _group_create,
    "group delete": _group_delete,
    "group exists": _group_exists,
    "identity create": _identity_create,
    "identity federated-credential create": _identity_create,
    "identity list": _identity_list,
    "identity show": _identity_show,
    "keyvault list-deleted": _vault_list_deleted,
    "keyvault purge": _vault_purge,
    "keyvault recover": _vault_recover,
    "keyvault secret set": _secret_set,
    "keyvault show": _vault_show,
    "lock create": _lock_create,
    "lock delete": _lock_delete,
    "lock list": _lock_list,
    "lock show": _lock_show,
    "monitor log-analytics workspace delete": _workspace_delete,
    "monitor log-analytics workspace recover": _workspace_recover,
    "role assignment create": _assignment_create,
    "role assignment delete": _assignment_delete,
    "role assignment list": _assignment_list,
    "role definition delete": _definition_delete,
    "role definition list": _definition_list,
}
