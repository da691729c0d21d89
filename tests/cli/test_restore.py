"""A restore is picked, asked for, approved and followed."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.browser.people import Person
from tests.cli.people import approve
from tests.cli.running import Machine
from tests.fakes import resource_manager as arm
from tests.fakes.resource_manager import ResourceManagerServer
from touchstone.console import Console
from touchstone.failures import Failure, Refused
from touchstone.restores.following import follow
from touchstone.restores.picking import KIND, Picker
from touchstone.service.web import Answer
from touchstone.session.tokens import Account

OPTIONS = ("--type", "RestoreDisks", "--storage-account", arm.ACCOUNT, "--reason", "an update")


@pytest.mark.asyncio(loop_scope="session")
async def test_a_restore_is_asked_for_once_and_followed(
    adas: Machine, bob: Person, azure: ResourceManagerServer
) -> None:
    missing = await adas.run("restore", "--json")
    assert (missing.code, missing.json["message"].partition(" ")[0]) == (2, "--type")
    wrong = await adas.run("restore", "--point", "1", "--json")
    assert (wrong.code, azure.restores) == (4, [])

    async with adas.running("restore", *OPTIONS) as running:
        later = await running.says("To go on later: touchstone restore")
        await approve(bob, await running.says("https://"))
        await running.says("The restore is ")
        running.interrupt()
        assert (await running.ends()).code == 130
    async with adas.running(*later.partition("touchstone ")[2].split()) as running:
        await running.says("The restore is ")
    (asked,) = azure.restores
    assert asked["properties"]["recoveryPointId"] == arm.POINT


class Restoring(Account):
    """One whose answers are said before."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)

    def get(self, path: str, **headers: str) -> Answer:
        assert path == "/approvals/a%2Fb/restore"
        return Answer(status=200, headers={}, body=self.answers.pop(0).encode())


def followed(account: Account) -> dict[str, Any]:
    return follow(account, "a/b", Console(as_json=True, may_ask=False))


def test_a_restore_that_is_done() -> None:
    assert followed(Restoring('{"status": "completed", "percent": 100}'))["percent"] == 100


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ({"status": "failed", "error": {"code": "A", "message": "b"}}, "failed (A: b)"),
        ({"status": "cancelled"}, "is cancelled"),
        ({"status": "unknown", "requestId": "r-1"}, "r-1"),
    ],
)
def test_a_restore_that_ended_otherwise(said: Mapping[str, Any], text: str) -> None:
    with pytest.raises(Failure) as failed:
        followed(Restoring(json.dumps(said)))
    assert text in f"{failed.value} {failed.value.to_do}"
    assert failed.value.exit_code == 1


class Offering(Account):
    def __init__(self, *workloads: str) -> None:
        self.workloads = list(workloads)

    def read(self, path: str) -> dict[str, Any]:
        offer = {"profile": "backups", "kind": KIND, "restore": {"workloads": self.workloads}}
        return {"access": [offer]}


def test_file_shares_are_left_to_the_page() -> None:
    picker = Picker(Offering("AzureFileShare"), Console(as_json=True, may_ask=False), {})
    with pytest.raises(Refused, match="file shares") as refused:
        picker.pick()
    assert "/requests" in refused.value.to_do
