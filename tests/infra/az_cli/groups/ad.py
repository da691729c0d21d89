"""The directory: who is signed in."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from tests.infra.az_cli.state import command

SIGNED_IN_USER = "33333333-3333-3333-3333-333333333333"


def add_to(parser: ArgumentParser) -> None:
    user = parser.add_subparsers(required=True).add_parser("signed-in-user")
    command(user.add_subparsers(required=True).add_parser("show"), show)


def show(asked: Namespace, folder: Path) -> dict[str, str]:
    return {"id": SIGNED_IN_USER}
