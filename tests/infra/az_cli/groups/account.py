"""Who is signed in: the state file says to which subscriptions, and whether tokens are given."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from tests.infra.az_cli.state import Refused, command

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
TENANT = "22222222-2222-2222-2222-222222222222"
SIGNED_IN: dict[str, Any] = {"subscriptions": [SUBSCRIPTION], "tokens": True}


def add_to(parser: ArgumentParser) -> None:
    verbs = parser.add_subparsers(required=True)
    command(verbs.add_parser("show"), show)
    command(verbs.add_parser("get-access-token"), get_access_token, required=("scope",))


def show(asked: Namespace, folder: Path) -> dict[str, str]:
    subscriptions: list[str] = _signed_in(folder)["subscriptions"]
    if not subscriptions:
        raise Refused("Please run 'az login' to setup account.")
    chosen = asked.subscription or subscriptions[0]
    if chosen not in subscriptions:
        raise Refused(f"The subscription of '{chosen}' doesn't exist in cloud 'AzureCloud'.")
    return {"id": chosen, "tenantId": TENANT}


def get_access_token(asked: Namespace, folder: Path) -> dict[str, str]:
    if not _signed_in(folder)["tokens"]:
        raise Refused("AADSTS700082: The refresh token has expired due to inactivity.")
    return {"accessToken": "e30.e30.", **show(asked, folder)}


def _signed_in(folder: Path) -> dict[str, Any]:
    file = folder / "signed_in.json"
    given: dict[str, Any] = json.loads(file.read_text()) if file.exists() else SIGNED_IN
    return given
