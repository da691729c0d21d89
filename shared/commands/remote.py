"""Options and connections of the commands that can also run through the service."""

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from shared import wiring
from shared.commands.service_client import ServiceClient, calling
from shared.keys.operator_tokens import Purpose

EXPLANATION = """
Where the tables are closed to this machine, the service does the work:

AZURE_TOKEN_CREDENTIALS=AzureCliCredential \\
  python -m shared.commands.{command} --service https://… --vault https://….vault.azure.net

This needs no other settings, but the right to write the secret operator-{purpose} to the vault, and
a way to reach the vault. A token is made there, used once, and disabled at the end.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    service: str
    vault: str


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--service", metavar="URL", help="address of the service that does it")
    parser.add_argument("--vault", metavar="URL", help="address of its vault")


def read_options(parser: argparse.ArgumentParser, chosen: argparse.Namespace) -> Remote | None:
    """None if the command works on the tables itself."""
    if chosen.service is None and chosen.vault is None:
        return None
    if chosen.service is None or chosen.vault is None:
        parser.error("--service and --vault go together")
    return Remote(service=chosen.service, vault=chosen.vault)


@asynccontextmanager
async def operating(remote: Remote, purpose: Purpose) -> AsyncIterator[ServiceClient]:
    """Raise VaultUnavailable if no token can be made."""
    async with (
        wiring.operator_vault(remote.vault) as vault,
        vault.token(purpose) as token,
        calling(remote.service, token=token) as client,
    ):
        yield client
