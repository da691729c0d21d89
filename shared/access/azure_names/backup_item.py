"""What a Recovery Services vault protects, by the name that it has here."""

from contextlib import suppress

from shared.access.azure_names.protected_machine import ProtectedMachine, parse_machine
from shared.access.azure_names.protected_share import ProtectedShare, parse_share

type BackupItem = ProtectedMachine | ProtectedShare


def parse_item(name: str) -> BackupItem:
    """Raise ValueError if it is the name of neither."""
    with suppress(ValueError):
        return parse_share(name)
    return parse_machine(name)
