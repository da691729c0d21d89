"""The keys and columns of an account's rows."""

from shared.accounts.handles import UserHandle, locate_handle
from shared.accounts.records import CredentialRecord, Link, UserAccount
from shared.storage.accounts.entities import (
    ACCOUNT_ROW,
    account_columns,
    credential_row,
    link_columns,
    link_row,
)
from shared.storage.tables.row_keys import partition_key
from shared.storage.tables.table import Operation


def account_row(account: UserAccount) -> dict[str, object]:
    keys = {"PartitionKey": partition_key(locate_handle(account.handle)), "RowKey": ACCOUNT_ROW}
    return keys | account_columns(account)


def new_version(handle: UserHandle, etag: str | None = None) -> Operation:
    """Give the account's row a new version. Changes that depend on an earlier read of the account
    then fail. With `etag` the row must still have that version."""
    keys = {"PartitionKey": partition_key(locate_handle(handle)), "RowKey": ACCOUNT_ROW}
    return Operation("update", keys | {"UserHandle": bytes(handle)}, etag)


def listing_row(handle: UserHandle, link: Link) -> dict[str, object]:
    keys = {"PartitionKey": partition_key(locate_handle(handle)), "RowKey": link_row(link)}
    return keys | link_columns(link)


def credential_keys(record: CredentialRecord) -> dict[str, object]:
    return {
        "PartitionKey": partition_key(locate_handle(record.user_handle)),
        "RowKey": credential_row(record.id),
    }
