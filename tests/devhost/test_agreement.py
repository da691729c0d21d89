"""Origin, issuer, RP ID and port: the host says at its start which of them disagree."""

from __future__ import annotations

import pytest

from devhost.agreement import find_disagreements
from devhost.process import HostProcess
from tests.devhost.conftest import WriteApp

AGREED = {
    "RP_ID": "localhost",
    "RP_ORIGINS": "http://localhost:8080",
    "ISSUER": "http://localhost:8080",
}


def _told(**changed: str) -> list[str]:
    """The setting that each line begins with."""
    lines = find_disagreements({**AGREED, **changed}, port=8080)
    return [line.partition(" ")[0] for line in lines]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, []),
        ({"RP_ORIGINS": "http://localhost:7071"}, ["RP_ORIGINS"]),
        ({"RP_ORIGINS": "http://localhost:7071, http://localhost:8080"}, []),
        ({"RP_ORIGINS": "http://localhost:8080,android:apk-key-hash:abc"}, []),
        ({"ISSUER": "http://localhost:7071"}, ["ISSUER"]),
        ({"ISSUER": "http://localhost"}, ["ISSUER"]),
        ({"ISSUER": "https://login.example.com"}, []),
        (
            {"ISSUER": "http://localhost:7071", "RP_ORIGINS": "http://localhost:7071"},
            ["RP_ORIGINS", "ISSUER"],
        ),
        ({"RP_ID": "example.com"}, ["RP_ORIGINS"]),
        (
            {"RP_ID": "example.com", "RP_ORIGINS": "https://a.example.com,http://localhost:8080"},
            ["RP_ORIGINS"],
        ),
        ({"RP_ORIGINS": "http://localhost:x"}, []),
        ({"RP_ID": "", "RP_ORIGINS": "", "ISSUER": ""}, []),
    ],
)
def test_what_disagrees_is_told(changed: dict[str, str], told: list[str]) -> None:
    assert _told(**changed) == told


def test_the_host_warns_before_it_is_ready(write_app: WriteApp) -> None:
    """And goes on: a page behind a proxy of one's own has another port."""
    settings = {name: value.replace("8080", "1") for name, value in AGREED.items()}
    with HostProcess(write_app(), settings=settings) as host:
        warnings = [line for line in host.child.output.splitlines() if line[:8] == "WARNING "]
        port = host.url.rpartition(":")[2]
    assert len(warnings) == 2
    assert f"does not have http://localhost:{port}" in warnings[0]
    assert "ISSUER (http://localhost:1)" in warnings[1]
