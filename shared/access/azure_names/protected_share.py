"""An Azure file share that a Recovery Services vault protects.

The vault has one name for the storage account (the container), and within it one for the share,
which may be a digest. Both together are the name here.
"""

import re
from dataclasses import dataclass

from shared.access.azure_names.arm_ids import GROUP_NAME

ACCOUNT_NAME = "[a-z0-9]{3,24}"
SHARE_NAME = "[a-z0-9-]{3,64}"
_name = re.compile(
    rf"storagecontainer;storage;(?P<group>{GROUP_NAME});(?P<account>{ACCOUNT_NAME});"
    rf"azurefileshare;(?P<share>{SHARE_NAME})",
    re.ASCII | re.IGNORECASE,
).fullmatch


@dataclass(frozen=True, slots=True)
class ProtectedShare:
    group: str
    """The resource group of the storage account."""
    account: str
    share: str
    """As the vault names it."""

    def __str__(self) -> str:
        return f"{self.container};{self.name}"

    @property
    def container(self) -> str:
        return f"StorageContainer;Storage;{self.group};{self.account}"

    @property
    def name(self) -> str:
        """Within the container."""
        return f"AzureFileShare;{self.share}"

    @property
    def key(self) -> str:
        """Two names are of one item if their keys are equal."""
        return str(self).lower()

    @property
    def source(self) -> str:
        """What is behind the subscription in the ID of the storage account, which is in that of its
        vault."""
        return (
            f"/resourceGroups/{self.group}/providers/Microsoft.Storage/storageAccounts"
            f"/{self.account}"
        )

    def is_container(self, name: str) -> bool:
        """Whether a job is of this storage account. Jobs name the account alone."""
        return name.lower() in (self.account.lower(), self.container.lower())


def is_share(name: str) -> bool:
    """By its name within the container."""
    return name.lower().startswith("azurefileshare;")


def parse_share(name: str) -> ProtectedShare:
    """Raise ValueError if it is not the name of a share's item."""
    found = _name(name)
    if found is None:
        raise ValueError("not the name of a protected file share")
    return ProtectedShare(found["group"], found["account"], found["share"])
