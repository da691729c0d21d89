"""What the workspace tells of operators who act through the service."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest

from shared.accounts.names import read_username
from shared.errors import OperatorTokenRefused
from shared.keys.operator_tokens import Purpose
from shared.keys.signing_key import SigningKey
from tests.harness.service_harness import Clock
from tests.infra.kql.acts import ELSEWHERE, caller, open_party, rows_of
from tests.infra.kql.arrivals import NOON, USUAL, arrive
from tests.infra.kql.rules import rule
from tests.infra.kql.workspace import Row, Workspace
from tests.operators.vault import Vault

AT = NOON + timedelta(minutes=1) + USUAL


@pytest.fixture
def acts(signing_key: SigningKey) -> list[Row]:
    """The first administrator, an export, and its token once more from elsewhere."""

    async def recorded() -> list[Row]:
        async with open_party(signing_key, clock := Clock()) as party:
            vault = Vault(clock)
            service = party.with_operators(vault).service
            first, export = (vault.make_token(each) for each in Purpose)
            with caller(party):
                await service.first_administrator.issue(read_username("ada"), token=first)
                await service.tables_export.begin(token=export)
            with caller(party, ELSEWHERE), suppress(OperatorTokenRefused):
                await service.tables_export.begin(token=export)
            return await rows_of(party)

    return asyncio.run(recorded())


def test_each_use_of_a_token_is_told(workspace: Workspace, acts: list[Row]) -> None:
    arrive(workspace, acts)
    alert = rule("operator-token-used")
    found = [
        (row["Purpose"], row["EventOutcome"], row["SecretVersion"], row["SrcIpAddr"] == ELSEWHERE)
        for row in alert.rows(workspace, AT)
    ]
    assert sorted(found) == [
        ("export", "failure", "version-2", True),
        ("export", "success", "version-2", False),
        ("first-administrator", "success", "version-1", False),
    ]
    assert not alert.fires(workspace, AT + timedelta(minutes=30))


def test_acts_of_operators_are_by_an_administrator(workspace: Workspace, acts: list[Row]) -> None:
    arrive(workspace, acts)
    found = workspace.ask("TouchstoneEvents()", AT)
    assert {row["EventKind"] for row in found if row["ByAdministrator"]} == {
        "account.created",
        "operator.token-used",
        "pass.issued",
    }
