"""The parameters of each kind."""

from collections.abc import Mapping
from typing import Any

from shared.access.profiles.kinds.backup_restore import read_backup_restore, write_backup_restore
from shared.access.profiles.kinds.custom_action import read_custom_action, write_custom_action
from shared.access.profiles.kinds.entra_access import read_entra_access, write_entra_access
from shared.access.profiles.kinds.postgresql import read_postgresql_certificate, write_database
from shared.access.profiles.kinds.postgresql_oauth import (
    read_postgresql_oauth,
    write_postgresql_oauth,
)
from shared.access.profiles.kinds.web_access import read_web_access, write_web_access
from shared.access.profiles.profile import (
    BackupRestore,
    CustomAction,
    EntraAccess,
    Kind,
    Parameters,
    PostgresqlCertificate,
    PostgresqlOauth,
    WebAccess,
)


def read_parameters(parameters: Mapping[str, Any], kind: Kind) -> Parameters:
    """Of parameters that match the schema. Raise ValueFault."""
    match kind:
        case Kind.AZURE_BACKUP_RESTORE:
            return read_backup_restore(parameters)
        case Kind.POSTGRESQL_CERTIFICATE:
            return read_postgresql_certificate(parameters)
        case Kind.POSTGRESQL_OAUTH:
            return read_postgresql_oauth(parameters)
        case Kind.CUSTOM:
            return read_custom_action(parameters)
        case Kind.WEB:
            return read_web_access(parameters)
        case _:
            return read_entra_access(parameters, kind)


def write_parameters(parameters: Parameters, kind: Kind) -> dict[str, Any]:
    match parameters:
        case EntraAccess():
            return write_entra_access(parameters, kind)
        case BackupRestore():
            return write_backup_restore(parameters)
        case PostgresqlCertificate():
            return write_database(parameters.database)
        case PostgresqlOauth():
            return write_postgresql_oauth(parameters)
        case CustomAction():
            return write_custom_action(parameters)
        case WebAccess():
            return write_web_access(parameters)
