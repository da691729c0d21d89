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
    rows = told(workspace, write(), write(Uri=f"{ROWS_OF}/Links(...)"), named, by_key)
    found = {row["Who"]: (row["Operations"], sorted(row["Places"])) for row in rows}
    assert found == {
        SOMEBODY: (2, ["Accounts", "Links"]),
        "eve@example.org": (1, ["Accounts"]),
        "AccountKey": (1, ["$batch"]),
    }


def test_writes_of_one_identity_to_rows_and_files_are_told_together(workspace: Workspace) -> None:
    file = write(
        Type=BLOB,
        Uri=f"{FILES_OF}/audit/2031/05/17.jsonl",
        CallerIpAddress="203.0.113.5:50123",
        TimeGenerated=AT.isoformat(),
    )
    (row,) = told(workspace, write(), file, file)
    assert (row["Who"], row["Operations"], row["LastAt"]) == (SOMEBODY, 3, AT)
    assert sorted(row["Places"]) == ["Accounts", "audit"]
    assert sorted(row["Addresses"]) == ["203.0.113.4:50123", "203.0.113.5:50123"]


def test_a_write_to_files_alone_is_told_in_full(workspace: Workspace) -> None:
    (row,) = told(workspace, write(Type=BLOB, Uri=f"{FILES_OF}/audit?restype=container"))
    assert (row["Who"], row["Operations"], row["LastAt"]) == (SOMEBODY, 1, NOON)
    assert (row["Places"], row["Addresses"]) == (["audit"], ["203.0.113.4:50123"])


@pytest.mark.parametrize(
    "row",
    [
        write(RequesterObjectId=APP),
        write(Category="StorageRead"),
        write(AccountName="stfuncabc"),
        write(StatusCode="403"),
        write(StatusCode="404"),
    ],
    ids=["the-app", "a-read", "another-account", "refused", "not-there"],
)
def test_what_is_no_write_of_others_is_not_told(workspace: Workspace, row: Row) -> None:
    """Neither of rows nor of files: the query has these conditions twice."""
    file = row | {"Type": BLOB, "Uri": f"{FILES_OF}/audit/2031/05/17.jsonl"}
    assert told(workspace, row, file) == []


def test_a_write_to_another_container_is_not_told(workspace: Workspace) -> None:
    file = write(Type=BLOB, Uri=f"{FILES_OF}/azure-webjobs-hosts/locks/host")
    assert told(workspace, file) == []


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
    file = write(Type=BLOB, Uri=f"{FILES_OF}/audit?restype=container")
    (row,) = told(workspace, write(), file, at=timedelta(minutes=14))
    assert row["Operations"] == 2
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
