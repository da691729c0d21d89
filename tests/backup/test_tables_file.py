"""A file that was changed or cut anywhere is no backup."""

import json
import random

import pytest

from shared.access.canonical import canonical_json
from shared.access.profiles.documents import write_profile
from shared.backup.contents import checked
from shared.backup.tables_file import Damaged, Reading, Row, Writing
from shared.openid.clients.kept_clients import keep
from tests.access.profiles.documents import profile
from tests.backup.restoring import ABOUT, rows_of
from tests.openid.clients.documents import client, web

NUMBERS = "000000000000", "000000000001", "000000000002"


def _row(table: str, partition: str, key: str, **columns: object) -> Row:
    return Row(table=table, entity={"PartitionKey": partition, "RowKey": key, **columns})


HEAD = _row("AuditTree", "head", "head", Size="000000000003")
KEPT = keep(client(web()))
CLIENT = _row(
    "Clients",
    "clients",
    "orders",
    Document=KEPT.document,
    Logo=KEPT.logo,
    Secrets=KEPT.secrets,
)


def _other(**columns: object) -> Row:
    return Row(table="Clients", entity={**CLIENT.entity, **columns})


PROFILE = _row(
    "Profiles",
    "profiles",
    "orders",
    Document=canonical_json(write_profile(profile())).decode(),
)


def _profile(**columns: object) -> Row:
    return Row(table="Profiles", entity={**PROFILE.entity, **columns})


ROWS = [
    _row("Service", "service-key", "1", **{"Value": "eA==", "Value@odata.type": "Edm.Binary"}),
    _row("Accounts", "a", "account", Username="Ålice"),
    _row("Accounts", "a", "credential:x", SignCount=1, Suspended=False),
    _row("Links", "l", "account"),
    CLIENT,
    _row("AuditTree", "checkpoints", "000000000003", Note="a\n3\nb"),
    _row("AuditOutbox", "0", "e0"),
    *(_row("AuditLog", "000000000000", number) for number in NUMBERS),
    HEAD,
]


def _write(rows: list[Row]) -> list[bytes]:
    writing = Writing()
    return [writing.begin(ABOUT), *map(writing.row, rows), writing.end()]


LINES = _write(ROWS)


def test_a_written_file_is_read_back() -> None:
    reading = Reading(LINES)
    assert list(checked(reading.rows())) == ROWS
    assert reading.about == ABOUT
    end = json.loads(LINES[-1])["end"]
    assert end == {
        "rows": {
            "Service": 1,
            "Accounts": 2,
            "Links": 1,
            "Clients": 1,
            "AuditTree": 2,
            "AuditOutbox": 1,
            "AuditLog": 3,
        },
        "sha256": reading.tally.digest,
    }


@pytest.mark.parametrize("number", range(len(LINES)))
def test_a_file_without_one_of_its_lines_is_refused(number: int) -> None:
    with pytest.raises(Damaged):
        rows_of(LINES[:number] + LINES[number + 1 :])


@pytest.mark.parametrize("number", range(len(LINES)))
def test_a_cut_file_is_refused(number: int) -> None:
    with pytest.raises(Damaged):
        rows_of(LINES[:number])
    with pytest.raises(Damaged):
        rows_of([*LINES[:number], LINES[number][:-1]])


@pytest.mark.parametrize("number", range(len(LINES)))
def test_a_file_with_additional_lines_is_refused(number: int) -> None:
    with pytest.raises(Damaged):
        rows_of([*LINES, LINES[number]])
    with pytest.raises(Damaged):
        rows_of([*LINES[: number + 1], *LINES[number:]])


@pytest.mark.parametrize("number", range(len(LINES)))
def test_a_file_with_a_changed_byte_is_refused(number: int) -> None:
    line, random_ = LINES[number], random.Random(number)  # noqa: S311 - which bytes is no secret
    for position in random_.sample(range(len(line)), k=min(40, len(line))):
        changed = line[:position] + bytes([line[position] ^ 1]) + line[position + 1 :]
        with pytest.raises(Damaged):
            rows_of([*LINES[:number], changed, *LINES[number + 1 :]])


def test_a_row_of_another_file_is_refused() -> None:
    with pytest.raises(Damaged, match="last line"):
        rows_of([LINES[0], *_write([*ROWS[:-1]])[1:-1], LINES[-1]])


@pytest.mark.parametrize(
    ("rows", "match"),
    [
        ([_row("Accounts", "a", "access-pass")], "no export has"),
        ([_row("Accounts", "a", "session:s")], "no export has"),
        ([_row("AuditOutbox", "3", "~challenge:1-c")], "no export has"),
        ([_row("CredentialIds", "c", "owner")], "no export has"),
        ([Row(table="Accounts", entity={"PartitionKey": "a"})], "cannot be read"),
        ([_row("Accounts", "a", "account", Value=1.5)], "cannot be read"),
        ([ROWS[3], ROWS[1]], "not where an export has it"),
        ([HEAD, ROWS[6]], "shorter|not where"),
        ([*ROWS[7:9], HEAD], "shorter"),
        ([ROWS[7], ROWS[9]], "entry 1 of the log is missing"),
        ([ROWS[8]], "entry 0 of the log is missing"),
        ([_row("AuditTree", "head", "head")], "shorter"),
        ([_other(Document=KEPT.document.replace("https:", "http:"))], "no export has"),
        ([_other(Document="{}")], "no export has"),
        ([_other(Secrets='[{"sha256":"AAAA"}]')], "no export has"),
        ([_other(Secrets='{"sha256":1}')], "no export has"),
        ([_other(RowKey="https://evil.example")], "no export has"),
        ([_other(PartitionKey="others")], "no export has"),
        ([_row("Clients", "clients", "orders")], "no export has"),
        ([_profile(Document="{}")], "no export has"),
        ([_profile(RowKey="others")], "no export has"),
        ([_profile(PartitionKey="others")], "no export has"),
    ],
    ids=range(22),
)
def test_rows_that_no_export_has_are_refused(rows: list[Row], match: str) -> None:
    with pytest.raises(Damaged, match=match):
        rows_of(_write(rows))


@pytest.mark.parametrize(
    "first",
    [
        b"",
        b"{}\n",
        b"not JSON\n",
        b"\xff\n",
        LINES[0].replace(b'"version":1', b'"version":2'),
        LINES[0].replace(b'"rpId":"touchstone.example"', b'"rpId":null'),
    ],
)
def test_a_file_of_another_kind_is_refused(first: bytes) -> None:
    with pytest.raises(Damaged, match="first line"):
        Reading([first, *LINES[1:]])


def test_profiles_are_rows_of_an_export() -> None:
    rows = [_row("Profiles", "profiles", "!set"), PROFILE]
    assert rows_of(_write(rows)) == rows
