"""OpenSSL's own verification, which is also that of PostgreSQL."""

import subprocess
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path


def verify(
    folder: Path, certificate: str, *, authorities: str, crl: str | None = None, at: datetime
) -> str:
    """What is wrong, or nothing."""
    return run(folder, certificate, authorities, crl, _moment(at))


def run(
    folder: Path, certificate: str, authorities: str, crl: str | None, moment: Sequence[str]
) -> str:
    given = {"leaf.pem": certificate, "ca.pem": authorities, "crl.pem": crl or ""}
    for name, text in given.items():
        (folder / name).write_text(text, encoding="ascii")
    listed = [] if crl is None else ["-crl_check_all", "-CRLfile", str(folder / "crl.pem")]
    command = ["openssl", "verify", "-x509_strict", "-purpose", "sslclient", *moment, *listed]
    trusted = ["-no-CApath", "-no-CAstore", "-CAfile", str(folder / "ca.pem")]
    done = subprocess.run(
        [*command, *trusted, str(folder / "leaf.pem")], capture_output=True, text=True, check=False
    )
    return "" if done.returncode == 0 else done.stderr


def _moment(at: datetime) -> list[str]:
    return ["-attime", str(int(at.timestamp()))]
