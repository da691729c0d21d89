"""Resource providers: all are registered but those in the state file."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

from tests.infra.az_cli.state import command

# As Azure writes them, which is not as templates do.
PROVIDERS = (
    *("Microsoft.App", "Microsoft.Cdn", "microsoft.insights", "Microsoft.KeyVault"),
    *("Microsoft.ManagedIdentity", "Microsoft.Network", "Microsoft.OperationalInsights"),
    *("Microsoft.SecurityInsights", "Microsoft.Storage", "Microsoft.Web"),
)


def add_to(parser: ArgumentParser) -> None:
    command(parser.add_subparsers(required=True).add_parser("list"), list_all)


def list_all(asked: Namespace, folder: Path) -> list[dict[str, str]]:
    file = folder / "unregistered.json"
    unregistered = json.loads(file.read_text()) if file.exists() else []
    return [
        {
            "namespace": each,
            "registrationState": "NotRegistered" if each in unregistered else "Registered",
        }
        for each in PROVIDERS
    ]
