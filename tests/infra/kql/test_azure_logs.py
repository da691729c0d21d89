"""Alerts over what Azure itself logs: who wrote to storage, and what the service printed.

https://learn.microsoft.com/azure/azure-monitor/reference/tables/storagetablelogs and
https://learn.microsoft.com/azure/storage/blobs/monitor-blob-storage-reference
"""

from datetime import timedelta

import pytest

from tests.infra.kql.arrivals import NOON, USUAL
from tests.infra.kql.rules import rule
from tests.infra.kql.texts import APP
from tests.infra.kql.workspace import Row, Workspace

SOMEBODY = "22222222-2222-2222-2222-222222222222"
AT = NOON + USUAL
TABLE, BLOB = "StorageTableLogs", "StorageBlobLogs"
ROWS_OF = "https://stdataabc.table.core.windows.net:443"
FILES_OF = "https://stdataabc.blob.core.windows.net:443"


def write(**others: str) -> Row:
    """Somebody changes a row of the accounts."""
    usual = {
        "TimeGenerated": NOON.isoformat(),
        "AccountName": "stdataabc",
        "AuthenticationType": "OAuth",
        "CallerIpAddress": "203.0.113.4:50123",
        "Category": "StorageWrite",
        "OperationName": "MergeEntity",
        "RequesterObjectId": SOMEBODY,
        "StatusCode": "204",
        "Type": TABLE,
        "Uri": f"{ROWS_OF}/Accounts(PartitionKey='a',RowKey='b')",
    }
    return usual | others


def told(workspace: Workspace, *rows: Row, at: timedelta = timedelta(minutes=1)) -> list[Row]:
    for row in rows:
        workspace.receive([(AT, row)], row["Type"])
    return rule("data-written").rows(workspace, AT + at)


def test_writes_of_others_are_told_by_identity(workspace: Workspace) -> None:
    named = write(RequesterUpn="eve@example.org", Category="StorageDelete")
    by_key = write(RequesterObjectId="", AuthenticationType="AccountKey", Uri=f"{ROWS_OF}/$batch")
    rows = told(workspace, write(), write(Uri=f"{ROWS_OF}/Sessions(...)"), named, by_key)
    found = {row["Who"]: (row["Operations"], sorted(row["Places"])) for row in rows}
    assert found == {
        SOMEBODY: (2, ["Accounts", "Sessions"]),
        "eve@example.org": (1, ["Accounts"]),
        "AccountKey": (1, ["$batch"]),
    }


@pytest.mark.parametrize(
    "row",
    [
        write(RequesterObjectId=APP),
        write(Category="StorageRead"),
        write(AccountName="stfuncabc"),
        write(StatusCode="403"),
        write(StatusCode="404"),
        write(Type=BLOB, Uri=f"{FILES_OF}/azure-webjobs-hosts/locks/host"),
    ],
    ids=["the-app", "a-read", "another-account", "refused", "not-there", "another-container"],
)
def test_what_is_no_write_of_others_is_not_told(workspace: Workspace, row: Row) -> None:
    assert told(workspace, row) == []


@pytest.mark.parametrize(
    "row",
    [
        write(StatusCode="500"),
        write(StatusCode=""),
        write(RequesterObjectId=APP, AuthenticationType="SAS"),
        write(Type=BLOB, Uri=f"{FILES_OF}/audit/2031/05/17.jsonl?comp=appendblock"),
        write(Type=BLOB, Uri=f"{FILES_OF}/audit?restype=container"),
    ],
    ids=["an-error", "no-status", "a-signature", "a-file-of-the-log", "the-container-of-the-log"],
)
def test_whatever_may_be_a_write_of_others_is_told(workspace: Workspace, row: Row) -> None:
    assert len(told(workspace, row)) == 1


def test_writes_are_told_for_a_quarter_of_an_hour(workspace: Workspace) -> None:
    assert told(workspace, write(), at=timedelta(minutes=14))
    assert told(workspace, at=timedelta(minutes=16)) == []


def line(message: str) -> Row:
    return {"TimeGenerated": NOON.isoformat(), "Message": message, "SeverityLevel": 3}


def test_contradictions_of_the_log_are_told_by_place(workspace: Workspace) -> None:
    """Requests that fail for it say so in another line, which is not counted."""
    lines = [
        line("the audit log contradicts itself, and is not extended: entry 7"),
        line("the audit log contradicts itself, and is not extended: entry 8"),
        line("the blobs have another log: branch 1 begins with entry 7"),
        line("a refresh token was sent again, from another address or user agent"),
    ]
    workspace.receive(((AT, each) for each in lines), "AppTraces")
    alert = rule("audit-inconsistent")
    found = {row["Where"]: row["Lines"] for row in alert.rows(workspace, AT)}
    assert found == {"tables": 2, "blobs": 1}
    assert not alert.fires(workspace, AT + timedelta(minutes=16))
