"""Identities of a resource group, and whose tokens may act as them: a file for each identity."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.infra.az_cli.state import Refused, command

type Credential = dict[str, Any]


def add_to(parser: ArgumentParser) -> None:
    verbs = parser.add_subparsers(required=True)
    command(verbs.add_parser("list"), list_identities, required=("resource-group",))
    command(verbs.add_parser("create"), create, required=("resource-group", "name"))
    command(verbs.add_parser("delete"), delete, required=("resource-group", "name"))
    credentials = verbs.add_parser("federated-credential").add_subparsers(required=True)
    of_one = ("resource-group", "identity-name")
    command(credentials.add_parser("list"), list_credentials, required=of_one)
    making = command(credentials.add_parser("create"), add, required=(*of_one, "name"))
    making.add_argument("--issuer", required=True)
    making.add_argument("--subject", required=True)
    making.add_argument("--audiences", nargs="+", required=True)
    removing = command(credentials.add_parser("delete"), remove, required=(*of_one, "name"))
    removing.add_argument("--yes", action="store_true")


def list_identities(asked: Namespace, folder: Path) -> list[dict[str, str]]:
    made = sorted((folder / asked.resource_group).glob("*"))
    return [{"name": each.name, "principalId": f"principal of {each.name}"} for each in made]


def create(asked: Namespace, folder: Path) -> dict[str, str]:
    (folder / asked.resource_group).mkdir(exist_ok=True)
    (folder / asked.resource_group / asked.name).write_text("[]")
    return {"name": asked.name}


def delete(asked: Namespace, folder: Path) -> None:
    """The real one says nothing either if there is none."""
    (folder / asked.resource_group / asked.name).unlink(missing_ok=True)


def list_credentials(asked: Namespace, folder: Path) -> list[Credential]:
    found: list[Credential] = json.loads(_file(asked, folder).read_text())
    return found


def add(asked: Namespace, folder: Path) -> Credential:
    others = [each for each in list_credentials(asked, folder) if each["name"] != asked.name]
    accepts = (asked.issuer, asked.subject)
    if accepts in [(each["issuer"], each["subject"]) for each in others]:
        raise Refused(
            "Issuer and subject combination already exists for this Managed Identity.", status=1
        )
    made = {
        "name": asked.name,
        "issuer": asked.issuer,
        "subject": asked.subject,
        "audiences": asked.audiences,
    }
    _write(asked, folder, [*others, made])
    return made


def remove(asked: Namespace, folder: Path) -> None:
    if not asked.yes:
        raise Refused("Unable to prompt for confirmation as no tty available. Use --yes.")
    kept = [each for each in list_credentials(asked, folder) if each["name"] != asked.name]
    _write(asked, folder, kept)


def _write(asked: Namespace, folder: Path, credentials: Iterable[Credential]) -> None:
    _file(asked, folder).write_text(json.dumps(list(credentials)))


def _file(asked: Namespace, folder: Path) -> Path:
    found: Path = folder / asked.resource_group / asked.identity_name
    if not found.exists():
        raise Refused(
            f"(ResourceNotFound) The Resource '{asked.identity_name}' was not found.", status=3
        )
    return found
