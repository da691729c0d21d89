"""At its start the host reports which of origin, issuer, RP ID and port disagree."""

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


def _reported(**changed: str) -> list[str]:
    """The setting that each line begins with."""
    lines = find_disagreements({**AGREED, **changed}, port=8080)
    return [line.partition(" ")[0] for line in lines]


@pytest.mark.parametrize(
    ("changed", "expected"),
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
def test_settings_that_disagree_are_reported(changed: dict[str, str], expected: list[str]) -> None:
    assert _reported(**changed) == expected


def test_the_host_warns_before_it_is_ready(write_app: WriteApp) -> None:
    """It still starts: a page behind a developer's own proxy has another port."""
    settings = {name: value.replace("8080", "1") for name, value in AGREED.items()}
    with HostProcess(write_app(), settings=settings) as host:
        warnings = [line for line in host.child.output.splitlines() if line[:8] == "WARNING "]
        port = host.url.rpartition(":")[2]
    assert len(warnings) == 2
    assert f"does not have http://localhost:{port}" in warnings[0]
    assert "ISSUER (http://localhost:1)" in warnings[1]
