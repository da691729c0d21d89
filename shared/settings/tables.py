"""Where the tables are, and how to authenticate to them."""

import binascii
from base64 import b64decode
from dataclasses import dataclass

from shared.environment import Values


@dataclass(frozen=True, slots=True, kw_only=True)
class TablesSettings:
    connection_string: str | None = None
    endpoint: str | None = None


def read_tables(values: Values) -> TablesSettings:
    connection_string = values.optional_text("TABLES_CONNECTION_STRING")
    endpoint = values.optional_text("TABLES_ENDPOINT")
    if connection_string is None and endpoint is None:
        values.refuse(
            "TABLES_ENDPOINT", "neither this nor TABLES_CONNECTION_STRING is set: set one of them"
        )
    if connection_string is not None and endpoint is not None:
        values.refuse(
            "TABLES_ENDPOINT", "both this and TABLES_CONNECTION_STRING are set: set one of them"
        )
    if endpoint is not None and not endpoint.startswith("https://"):
        values.refuse("TABLES_ENDPOINT", "must begin with https://, because identities need TLS")
    if connection_string is not None:
        _check(values, connection_string)
    return TablesSettings(connection_string=connection_string, endpoint=endpoint)


def _check(values: Values, connection_string: str) -> None:
    """Refuse without quoting the connection string, as it opens the storage."""
    if "AccountName=" not in connection_string:
        values.refuse("TABLES_CONNECTION_STRING", "is not a storage connection string")
    parts = (part.partition("=") for part in connection_string.split(";"))
    for key in (value for name, _, value in parts if name.strip().lower() == "accountkey"):
        try:
            b64decode(key, validate=True)
        except binascii.Error:
            values.refuse("TABLES_CONNECTION_STRING", "its account key is not base64")
