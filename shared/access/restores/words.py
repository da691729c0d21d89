"""A restore in a sentence, for those who approve it. What it leaves out is listed below it."""

from collections.abc import Mapping
from typing import Any

from shared.access.restores.action import Action, MachineRestore, read_action
from shared.access.restores.recovery import RecoveryType
from shared.access.restores.share_restore import Conflicts, ShareRestore
from shared.errors import MalformedRequest

_MACHINES = {
    RecoveryType.RESTORE_DISKS: {
        "en": "Make new disks in {target.resourceGroup} from the backup of the machine {item} of "
        "{recoveryPointTime}.",
        "de": "Neue Datenträger in {target.resourceGroup} anlegen, aus der Sicherung der Maschine "
        "{item} vom {recoveryPointTime}.",
    },
    RecoveryType.ALTERNATE_LOCATION: {
        "en": "Make a new machine {target.virtualMachine} in {target.resourceGroup} from the "
        "backup of the machine {item} of {recoveryPointTime}.",
        "de": "Eine neue Maschine {target.virtualMachine} in {target.resourceGroup} anlegen, aus "
        "der Sicherung der Maschine {item} vom {recoveryPointTime}.",
    },
    RecoveryType.ORIGINAL_LOCATION: {
        "en": "Replace the disks of the machine {item} by those of {recoveryPointTime}. What was "
        "written since then is no longer on it.",
        "de": "Die Datenträger der Maschine {item} durch die vom {recoveryPointTime} ersetzen. Was "
        "seither geschrieben wurde, ist dann nicht mehr darauf.",
    },
}
_WHOLE = {
    "en": "Restore the whole file share {share} as it was at {recoveryPointTime}, ",
    "de": "Die ganze Dateifreigabe {share} wiederherstellen, wie sie am {recoveryPointTime} war, ",
}
_FILES = {
    "en": "Restore the files that are listed below, of the file share {share} as it was at "
    "{recoveryPointTime}, ",
    "de": "Die unten genannten Dateien der Dateifreigabe {share} wiederherstellen, wie sie am "
    "{recoveryPointTime} war, ",
}
_PLACES = {
    RecoveryType.ORIGINAL_LOCATION: {"en": "in its place. ", "de": "an ihrem Ort. "},
    RecoveryType.ALTERNATE_LOCATION: {
        "en": "to the file share {target.share} in {target.storageAccount}. ",
        "de": "in die Dateifreigabe {target.share} in {target.storageAccount}. ",
    },
}
_CONFLICTS = {
    Conflicts.OVERWRITE: {
        "en": "Files that are there already are overwritten.",
        "de": "Dateien, die schon da sind, werden überschrieben.",
    },
    Conflicts.SKIP: {
        "en": "Files that are there already stay as they are.",
        "de": "Dateien, die schon da sind, bleiben, wie sie sind.",
    },
}


def words_of(details: Mapping[str, Any]) -> Mapping[str, str] | None:
    """By language, with the names of members in braces. None for what is no restore."""
    try:
        action = read_action(details)
    except MalformedRequest:
        return None
    return {language: _sentence(action, language) for language in ("en", "de")}


def _sentence(action: Action, language: str) -> str:
    if isinstance(action, MachineRestore):
        return _MACHINES[action.recovery_type][language]
    return "".join(part[language] for part in _parts(action))


def _parts(action: ShareRestore) -> tuple[Mapping[str, str], ...]:
    what = _FILES if action.files else _WHOLE
    return what, _PLACES[action.recovery_type], _CONFLICTS[action.conflicts]
