"""An export by way of the service is the file that a machine in the network writes."""

import json

import pytest
from pytest_mock import MockerFixture

from shared.accounts.names import read_username
from shared.backup.contents import TABLES
from shared.backup.exporting import Exporting
from shared.backup.row_source import Page, Place
from shared.backup.tables_file import Row, Writing
from shared.keys.operator_tokens import Purpose
from shared.operators.tables_export import BegunExport, TablesExport
from shared.relying_party.onboarding.pass_terms import PassRequest
from tests.authenticator import SoftAuthenticator
from tests.backup.restoring import ABOUT, back_up, rows_of
from tests.harness.administrators import ADMINISTRATOR, ALICE
from tests.harness.record import seal
from tests.harness.service_harness import ORIGIN, ServiceHarness, new_authenticator
from tests.operators.vault import Vault

PASS = PassRequest(username=ALICE, display_name=None, lifetime=None, one_time=True, starts_at=None)


class Through:
    """The rows of an export that was begun, as a service answers them in JSON."""

    def __init__(self, export: TablesExport, begun: BegunExport, token: str) -> None:
        self._export, self._begun, self._token = export, begun, token

    async def head(self) -> Row | None:
        return self._begun.head and _sent(self._begun.head)

    async def page(self, table: str, after: Place | None) -> Page:
        page = await self._export.page(table, after, token=self._token)
        return Page(rows=[_sent(row) for row in page.rows], next=page.next)


def _sent(row: Row) -> Row:
    return Row(table=row.table, entity=json.loads(json.dumps(dict(row.entity))))


@pytest.fixture
async def used(party: ServiceHarness, alices: SoftAuthenticator) -> ServiceHarness:
    await party.service.configuration_watch.detect_changes()
    await party.register(alices, "älice")
    await party.register(new_authenticator(), "bob")
    await seal(party)
    await party.sign_in(alices)
    return party


@pytest.mark.parametrize("size", [1, 3, 500])
async def test_the_file_is_the_same_as_that_of_a_machine_in_the_network(
    used: ServiceHarness, vault: Vault, mocker: MockerFixture, size: int
) -> None:
    mocker.patch("shared.storage.tables.table_reader.PAGE", size)
    export, token = used.service.tables_export, vault.make_token(Purpose.EXPORT)
    begun, writing = await export.begin(token=token), Writing()
    assert (begun.about.rp_id, begun.about.issuer) == ("touchstone.example", ORIGIN)
    begin = writing.begin(ABOUT)
    rows = [writing.row(row) async for row in Exporting(Through(export, begun, token)).rows()]
    assert [begin, *rows, writing.end()] == await back_up(used.storage)
    assert {row.table for row in rows_of([begin, *rows, writing.end()])} == {*TABLES} - {
        "Links",
        "Clients",
        "Groups",
        "Profiles",
    }


async def test_no_answer_has_a_pass_or_a_request_for_erasure(
    used: ServiceHarness, vault: Vault
) -> None:
    await used.service.passes.issue(PASS, by=ADMINISTRATOR)
    await used.service.erasure_requests.request(read_username("eve"), by=ADMINISTRATOR)
    export, token = used.service.tables_export, vault.make_token(Purpose.EXPORT)
    await export.begin(token=token)
    keys = [
        (row.table, row.key)
        for table in TABLES
        for row in (await export.page(table, None, token=token)).rows
    ]
    for partition in ("' or RowKey eq 'access-pass", "' or PartitionKey ge '"):
        place = Place(partition=partition, row="' or RowKey ge '")
        page = await export.page("Accounts", place, token=token)
        keys += [(row.table, row.key) for row in page.rows]
    assert len(await used.storage.rows("Accounts", prefix="access-pass")) == 1
    assert ("Accounts", "access-pass") not in keys
    erasures = [
        row for row in await used.storage.rows("AuditTree") if row["PartitionKey"] == "erasures"
    ]
    assert {("AuditTree", row["RowKey"]) for row in erasures} - {*keys}
