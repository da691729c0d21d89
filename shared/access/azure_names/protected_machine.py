"""A virtual machine that a Recovery Services vault protects, by the name that the vault has for it.

The names of the container and of the machine follow from it, so nobody can ask for one machine and
name another one.
"""

import re
from dataclasses import dataclass

from shared.access.azure_names.arm_ids import GROUP_NAME, MACHINE_NAME

_name = re.compile(
    rf"vm;iaasvmcontainerv2;(?P<group>{GROUP_NAME});(?P<machine>{MACHINE_NAME})",
    re.ASCII | re.IGNORECASE,
).fullmatch


@dataclass(frozen=True, slots=True)
class ProtectedMachine:
    group: str
    """The resource group of the machine."""
    machine: str

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Within the container."""
        return f"VM;{self._suffix}"

    @property
    def container(self) -> str:
        return f"IaasVMContainer;{self._suffix}"

    @property
    def key(self) -> str:
        """Two names are of one item if their keys are equal."""
        return str(self).lower()

    @property
    def source(self) -> str:
        """What is behind the subscription in the ID of the machine, which is in that of its vault:
        Azure Backup protects no other ones."""
        return (
            f"/resourceGroups/{self.group}/providers/Microsoft.Compute/virtualMachines"
            f"/{self.machine}"
        )

    def is_container(self, name: str) -> bool:
        """Whether a job is of this item. Jobs name the container without its first part."""
        return name.lower() in (self._suffix.lower(), self.container.lower())

    @property
    def _suffix(self) -> str:
        return f"iaasvmcontainerv2;{self.group};{self.machine}"


def parse_machine(name: str) -> ProtectedMachine:
    """Raise ValueError if it is not the name of a machine's item."""
    found = _name(name)
    if found is None:
        raise ValueError("not the name of a protected virtual machine")
    return ProtectedMachine(found["group"], found["machine"])
