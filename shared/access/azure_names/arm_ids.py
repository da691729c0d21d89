"""IDs of resources in Azure Resource Manager.

They become parts of addresses that are called with a token of a profile. So only names of known
characters are accepted: nothing that a path could be left with. Resource Manager compares IDs
without case, and so does `key`.
"""

import re
from dataclasses import dataclass

_GUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
GROUP_NAME = r"[a-z0-9_.()-]{0,89}[a-z0-9_()-]"
"""Resource Manager has other letters, too, but no group that a restore needs has to have them."""
MACHINE_NAME = "[a-z0-9](?:[a-z0-9_.-]{0,62}[a-z0-9_])?"
_NAME = "[a-z0-9](?:[a-z0-9_.-]{0,78}[a-z0-9_])?"
_IN_GROUP = rf"/subscriptions/(?P<subscription>{_GUID})/resourcegroups/(?P<group>{GROUP_NAME})"
_WITHOUT_CASE = re.ASCII | re.IGNORECASE
"""Without ASCII, the letters k and s would match others that look like them."""
LONGEST_ID = 512


@dataclass(frozen=True, slots=True)
class ArmId:
    subscription: str
    group: str
    path: str = ""
    """What follows the resource group."""

    def __str__(self) -> str:
        return f"{self.resource_group}{self.path}"

    @property
    def resource_group(self) -> str:
        return f"/subscriptions/{self.subscription}/resourceGroups/{self.group}"

    @property
    def key(self) -> str:
        """Two IDs are of one resource if their keys are equal."""
        return str(self).lower()

    @property
    def group_key(self) -> str:
        return self.resource_group.lower()


@dataclass(frozen=True, slots=True)
class ResourceType:
    """`path` has `*` for each name."""

    path: str
    name: str = _NAME

    def parse(self, text: str) -> ArmId:
        """Raise ValueError if it is no ID of this type."""
        pattern = re.escape(self.path).replace(r"\*", self.name)
        found = re.fullmatch(rf"{_IN_GROUP}(?P<path>{pattern})", text, _WITHOUT_CASE)
        if found is None or len(text) > LONGEST_ID:
            raise ValueError("not such an ID")
        return ArmId(found["subscription"].lower(), found["group"], found["path"])


GROUP = ResourceType("")
VAULT = ResourceType(
    "/providers/Microsoft.RecoveryServices/vaults/*", name="[a-z][a-z0-9-]{0,48}[a-z0-9]"
)
STORAGE_ACCOUNT = ResourceType(
    "/providers/Microsoft.Storage/storageAccounts/*", name="[a-z0-9]{3,24}"
)
SUBNET = ResourceType("/providers/Microsoft.Network/virtualNetworks/*/subnets/*")
GUARD_REQUEST = ResourceType("/providers/Microsoft.DataProtection/resourceGuards/*/*/*")
"""Such as `…/resourceGuards/guard/triggerRestoreRequests/default`."""


def matches(pattern: str, text: str) -> bool:
    return re.fullmatch(pattern, text, _WITHOUT_CASE) is not None
