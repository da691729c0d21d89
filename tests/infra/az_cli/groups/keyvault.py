"""Secrets and certificates of one vault: a file for each in a folder of its kind."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from tests.infra.az_cli.state import command


def add_to(parser: ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="kind", required=True)
    certificate = kinds.add_parser("certificate").add_subparsers(required=True)
    secret = kinds.add_parser("secret").add_subparsers(required=True)
    for kind in (certificate, secret):
        command(kind.add_parser("list"), list_names, required=("vault-name",))
    command(
        certificate.add_parser("create"),
        create_certificate,
        required=("vault-name", "name", "policy"),
    )
    command(
        secret.add_parser("set"), set_secret, required=("vault-name", "name", "file", "encoding")
    )


def list_names(asked: Namespace, folder: Path) -> list[dict[str, str]]:
    return [{"name": each.name} for each in sorted((folder / asked.kind).glob("*"))]


def create_certificate(asked: Namespace, folder: Path) -> dict[str, str]:
    _keep(folder / "certificate" / asked.name, Path(asked.policy.removeprefix("@")).read_text())
    # The vault keeps a certificate's key as a secret of the same name.
    _keep(folder / "secret" / asked.name, "")
    return {"name": asked.name}


def set_secret(asked: Namespace, folder: Path) -> dict[str, str]:
    _keep(folder / "secret" / asked.name, Path(asked.file).read_text())
    return {"name": asked.name}


def _keep(file: Path, content: str) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(content)
