"""The row of an approval.

It has a tag over what it says, made with a key that is not in the tables. So whoever can write rows
can approve nothing: a row that others wrote or changed is as if it did not exist. An old row of
ours that is put back still has a valid tag; the log then has two events of one kind. The other
columns are for queries, and are never believed.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from shared import base64url
from shared.access.approvals.approval import Approval
from shared.access.approvals.kept import read_state, write_state
from shared.audit.statement import Statement, StatementKey, write_json
from shared.audit.statement_tags import Purpose, is_authentic, tag_of
from shared.storage.tables.rows import Row
from shared.storage.tables.table import Entity, version

PREFIX = "approval:"
COLUMNS = ("PartitionKey", "RowKey", "Statement", "State", "Tag")


@dataclass(frozen=True, slots=True)
class StoredApproval:
    approval: Approval
    etag: str


def write_row(approval: Approval, key: StatementKey) -> Entity:
    """Without its partition."""
    row_key = PREFIX + approval.id
    said = {"Statement": approval.statement, "State": write_state(approval)}
    return {
        "RowKey": row_key,
        **said,
        "Tag": _tag(row_key, said, key),
        "Status": approval.status.value,
        "Asker": base64url.encode(approval.asker.handle),
        "Profile": approval.profile,
        "ExpiresAt": approval.expires_at,
    }


def _tag(row_key: str, said: dict[str, str], key: StatementKey) -> str:
    return tag_of(Statement(leaf=write_json(said)), key, Purpose.APPROVAL, row_key)


def read_ours(row: Row, keys: Iterable[StatementKey]) -> StoredApproval | None:
    """None for a row that others wrote."""
    try:
        said = {name: row[name] for name in ("Statement", "State")}
        text = Statement(leaf=write_json(said))
        if not is_authentic(row["Tag"], text, keys, Purpose.APPROVAL, row["RowKey"]):
            raise ValueError("a row that the service did not write")
        approval_id = row["RowKey"].removeprefix(PREFIX)
        approval = read_state(approval_id, said["Statement"], said["State"])
    except (KeyError, ValueError, TypeError):
        row.unreadable("Tag", "is not that of what the row says")
        return None
    return StoredApproval(approval, version(row))
