"""Function apps: where they may be, and their code."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from tests.infra.az_cli.state import command

WITH_ZONES = ("eastus2", "swedencentral")
REGIONS = (*WITH_ZONES, "westcentralus")


def add_to(parser: ArgumentParser) -> None:
    verbs = parser.add_subparsers(required=True)
    command(
        verbs.add_parser("list-flexconsumption-locations"),
        list_locations,
        optional={"zone-redundant": "false"},
    )
    source = verbs.add_parser("deployment").add_subparsers(required=True).add_parser("source")
    command(
        source.add_subparsers(required=True).add_parser("config-zip"),
        deploy_code,
        required=("resource-group", "name", "src", "build-remote"),
    )


def deploy_code(asked: Namespace, folder: Path) -> None:
    folder = folder / asked.resource_group
    folder.mkdir()
    (folder / asked.name).write_bytes(Path(asked.src).read_bytes())


def list_locations(asked: Namespace, folder: Path) -> list[dict[str, str]]:
    regions = WITH_ZONES if asked.zone_redundant == "true" else REGIONS
    return [{"name": each} for each in regions]
