"""A subscription with the resources that can be deleted, and what Azure refuses about them.

The texts of refusals are those that people report. `test_teardown.py` names the sources.
"""

from dataclasses import dataclass, field

from tests.infra.az_cli.state import Refused

SUBSCRIPTION = "/subscriptions/11111111-2222-3333-4444-555555555555"
VAULT_DAYS, WORKSPACE_DAYS = 90, 14


@dataclass(slots=True)
class Account:
    """The one for data, with its container `audit`."""

    group: str
    blobs: int = 0
    last_append: int = 0
    tables: list[str] = field(default_factory=list)
    data: str = ""
    """Whose rows are in the tables."""
    policy: str = ""
    """Unlocked, Locked, or none."""
    etag: str = '"0x1"'
    days: int = 1
    sku: str = ""
    migrating: tuple[int, str] | None = None
    """Until which day, and to which SKU."""

    def is_protected(self, today: int) -> bool:
        """From deletion: by any policy in force if there is a blob, by a locked one afterwards."""
        if today < self.last_append + self.days:
            return bool(self.policy) and self.blobs > 0
        return self.policy == "Locked"


@dataclass(slots=True)
class Vault:
    group: str
    keys: str = ""
    """When they were made."""
    deleted: int | None = None
    as_asked: bool = True
    """A recovery brings back the properties from before, whatever the request says."""


@dataclass(slots=True)
class Workspace:
    group: str
    rows: int = 0
    deleted: int | None = None


@dataclass(slots=True)
class Assignment:
    name: str
    principal: str
    role: str
    scope: str

    @property
    def id(self) -> str:
        return f"{self.scope}/providers/Microsoft.Authorization/roleAssignments/{self.name}"


@dataclass(slots=True)
class Cloud:
    today: int = 0
    groups: list[str] = field(default_factory=list)
    locks: list[str] = field(default_factory=list)
    accounts: dict[str, Account] = field(default_factory=dict)
    deleted_accounts: dict[str, Account] = field(default_factory=dict)
    vaults: dict[str, Vault] = field(default_factory=dict)
    workspaces: dict[str, Workspace] = field(default_factory=dict)
    apps: dict[str, str] = field(default_factory=dict)
    """By name, whether the app is Running or Stopped, or has no code."""
    held_networks: list[str] = field(default_factory=list)
    """Groups whose subnet is still linked after its app was deleted."""
    assignments: list[Assignment] = field(default_factory=list)
    role_definitions: dict[str, str] = field(default_factory=dict)
    """The groups in which they can be assigned."""
    environment: dict[str, str] = field(default_factory=dict)
    """What azd keeps of the environment."""
    deployment: dict[str, str] = field(default_factory=dict)
    """The parameters of the last one, if it succeeded."""

    def refuse_if_locked(self, scope: str) -> None:
        """A lock of what is above or below forbids the deletion too."""
        for lock in self.locks:
            locked = lock.partition("/providers/Microsoft.Authorization/locks/")[0]
            if f"{locked}/".startswith(f"{scope}/") or f"{scope}/".startswith(f"{locked}/"):
                raise Refused(
                    f"(ScopeLocked) The scope '{scope}' cannot perform delete operation because "
                    f"following scope(s) are locked: '{locked}'. Please remove the lock and try "
                    "again."
                )

    def refuse_without_group(self, name: str) -> None:
        if name not in self.groups:
            raise Refused(
                f"(ResourceGroupNotFound) Resource group '{name}' could not be found.", status=3
            )

    def delete_group(self, name: str) -> None:
        """Locks are checked before anything is deleted; all else while it is deleted."""
        self.refuse_without_group(name)
        self.refuse_if_locked(id_of(name))
        self._delete_softly(name)
        self._delete_accounts(name)
        if name in self.held_networks:
            raise Refused(
                "(InUseSubnetCannotBeDeleted) Subnet app is in use by …/serviceAssociationLinks/"
                "legionservicelink and cannot be deleted."
            )
        self.groups.remove(name)

    def _delete_softly(self, group: str) -> None:
        below = f"{id_of(group)}/"
        self.assignments = [each for each in self.assignments if not each.scope.startswith(below)]
        self.apps = {}
        resources: list[Vault | Workspace] = [*self.vaults.values(), *self.workspaces.values()]
        for resource in resources:
            if resource.group == group and resource.deleted is None:
                resource.deleted = self.today

    def _delete_accounts(self, group: str) -> None:
        for name in [name for name, each in self.accounts.items() if each.group == group]:
            self.delete_account(name)

    def delete_account(self, name: str) -> None:
        account = self.accounts[name]
        self.refuse_if_locked(id_of(account.group, "Microsoft.Storage/storageAccounts", name))
        if account.is_protected(self.today):
            raise Refused(
                f"(AccountProtectedFromDeletion) {name} is protected from deletion. The "
                f"container(s) audit have a {account.policy.lower()} immutability policy."
            )
        self.deleted_accounts[name] = self.accounts.pop(name)

    def restore_account(self, name: str) -> None:
        """As the portal does, until another account has the name."""
        self.refuse_without_group(self.deleted_accounts[name].group)
        self.accounts[name] = self.deleted_accounts.pop(name)

    def make_account(self, name: str, group: str) -> Account:
        self.deleted_accounts.pop(name, None)
        return self.accounts.setdefault(name, Account(group))

    def recover_vault(self, name: str, group: str) -> None:
        self.refuse_without_group(group)
        vault = self.vaults.get(name)
        if vault is None or vault.deleted is None or self.today > vault.deleted + VAULT_DAYS:
            raise Refused(
                "(SoftDeletedVaultDoesNotExist) A soft deleted vault with the given name does "
                "not exist."
            )
        vault.deleted, vault.as_asked = None, False

    def make_vault(self, name: str, group: str) -> None:
        vault = self.vaults.get(name)
        if vault and vault.deleted is not None and self.today <= vault.deleted + VAULT_DAYS:
            raise Refused(
                "(ConflictError) A vault with the same name already exists in deleted state. You "
                "need to either recover or purge existing key vault. Follow this link "
                "https://go.microsoft.com/fwlink/?linkid=2149745 for more information on soft "
                "delete."
            )
        if vault is None or vault.deleted is not None:
            self.vaults[name] = Vault(group)
        self.vaults[name].as_asked = True

    def make_workspace(self, name: str, group: str) -> None:
        """The name of a deleted one brings its rows back."""
        workspace = self.workspaces.get(name)
        if workspace and workspace.deleted is not None:
            kept = self.today <= workspace.deleted + WORKSPACE_DAYS
            workspace.rows, workspace.deleted = workspace.rows if kept else 0, None
        self.workspaces.setdefault(name, Workspace(group))

    def assign(self, assignment: Assignment) -> None:
        for each in self.assignments:
            same = (each.principal, each.role, each.scope) == (
                assignment.principal,
                assignment.role,
                assignment.scope,
            )
            if same and each.name != assignment.name:
                raise Refused("(RoleAssignmentExists) The role assignment already exists.")
        if assignment not in self.assignments:
            self.assignments.append(assignment)


def id_of(group: str, kind: str = "", name: str = "") -> str:
    whole = f"{SUBSCRIPTION}/resourceGroups/{group}"
    return f"{whole}/providers/{kind}/{name}" if kind else whole
