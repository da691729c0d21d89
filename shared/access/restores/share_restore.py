"""What a person asks for: a restore of an Azure file share, whole or some files of it.

The vault may know the share by a digest, so its name for people is said beside, and compared with
the vault before the restore begins.
"""

from dataclasses import dataclass
from enum import StrEnum

from shared.access.azure_names.arm_ids import STORAGE_ACCOUNT, ArmId
from shared.access.azure_names.protected_share import SHARE_NAME, ProtectedShare
from shared.access.restores.recovery import (
    COMMON,
    Recovery,
    RecoveryType,
    parsed,
    read_recovery,
    text_like,
)
from shared.json_shape import Shape

MOST_FILES = 20
"""So many approvers can read."""
_LONGEST_PATH = 512
_NOT_IN_PATHS = frozenset('\\:|<>*?"')
_KINDS = ("File", "Directory")
"""The words of Azure Backup."""
_TYPES = (RecoveryType.ORIGINAL_LOCATION, RecoveryType.ALTERNATE_LOCATION)


class Conflicts(StrEnum):
    """What becomes of a file that is there already. The words of Azure Backup."""

    OVERWRITE = "Overwrite"
    SKIP = "Skip"


@dataclass(frozen=True, slots=True)
class ShareFile:
    path: str
    """From the root of the share, without a slash at its ends."""
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareTarget:
    storage_account: ArmId
    share: str
    folder: str = ""
    """Empty for the root."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRestore(Recovery):
    item: ProtectedShare
    share: str
    """Its name, as people know it."""
    conflicts: Conflicts
    files: tuple[ShareFile, ...] = ()
    """Empty: the whole share."""
    target: ShareTarget | None = None
    """Of another location."""


def read_share_restore(shape: Shape, item: ProtectedShare) -> ShareRestore:
    """Raise MalformedRequest, which names the member."""
    shape.only(*COMMON, "share", "conflicts", "files")
    common = read_recovery(shape, _TYPES)
    return ShareRestore(
        **common,
        item=item,
        share=text_like(shape, "share", SHARE_NAME),
        conflicts=Conflicts(_one_of(shape, "conflicts", tuple(Conflicts))),
        files=tuple(map(_read_file, _files(shape))),
        target=_read_target(shape, common["recovery_type"]),
    )


def _read_target(shape: Shape, recovery_type: RecoveryType) -> ShareTarget | None:
    if recovery_type is RecoveryType.ORIGINAL_LOCATION:
        if shape.find("target") is not None:
            shape.refuse("target", "is for another location only")
        return None
    target = shape.inner("target")
    target.only("storageAccount", "share", "folder")
    account = target.text("storageAccount")
    folder = target.optional_text("folder")
    if folder is not None:
        _check_path(target, "folder", folder)
    return ShareTarget(
        storage_account=parsed(target, "storageAccount", account, STORAGE_ACCOUNT.parse),
        share=text_like(target, "share", SHARE_NAME),
        folder=folder or "",
    )


def _files(shape: Shape) -> list[Shape]:
    given = shape.find("files")
    if given is None:
        return []
    if not isinstance(given, list) or not 0 < len(given) <= MOST_FILES:
        shape.refuse("files", f"must be a list of 1 to {MOST_FILES} objects")
    if not all(isinstance(each, dict) for each in given):
        shape.refuse("files", "must be a list of objects")
    return [Shape(each) for each in given]


def _read_file(shape: Shape) -> ShareFile:
    shape.only("path", "kind")
    path = shape.text("path")
    _check_path(shape, "path", path)
    return ShareFile(path, _one_of(shape, "kind", _KINDS))


def _check_path(shape: Shape, name: str, path: str) -> None:
    """Azure Files has no names with these characters, and none that lead out of a folder."""
    is_path = path.isprintable() and len(path) <= _LONGEST_PATH and _NOT_IN_PATHS.isdisjoint(path)
    if not is_path or any(each in ("", ".", "..") for each in path.split("/")):
        shape.refuse(name, "is not a path within a share, without a slash at its ends")


def _one_of(shape: Shape, name: str, choices: tuple[str, ...]) -> str:
    value = shape.text(name)
    if value not in choices:
        shape.refuse(name, f"must be one of {', '.join(choices)}")
    return value
