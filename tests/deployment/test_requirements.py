"""Exactly the chosen files are installed, and in Azure only those that the app needs."""

import re
import tomllib
from pathlib import Path

import pytest

from devhost.process import REPOSITORY
from tests.deployment.libraries import (
    DEVELOPMENT,
    RUN_TIME,
    distribution_of,
    imports_of,
    read_pins,
)

USED_BY_AZURE_IDENTITY = {"msal"}
USED_BY_ZONEINFO = {"tzdata"}


def _direct() -> set[str]:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    names = project["project"]["dependencies"]
    return {re.split(r"[\[=]", name)[0].lower() for name in names}


@pytest.mark.parametrize("path", [RUN_TIME, DEVELOPMENT], ids=lambda path: path.name)
def test_every_requirement_has_one_version_and_its_hashes(path: Path) -> None:
    pins = read_pins(path)
    assert _direct() < pins.keys()
    assert not [name for name, pin in pins.items() if not pin.hashes]


def test_developers_install_the_same_files_as_azure() -> None:
    development = read_pins(DEVELOPMENT)
    for name, pin in read_pins(RUN_TIME).items():
        assert development[name] == pin, name


def test_only_developers_install_the_event_loop_of_azures_worker() -> None:
    """The worker has its own version, which a second one in the app's folder would hide. Tests and
    the local host use it, since it refuses some calls that Python's own accepts."""
    pin = read_pins(DEVELOPMENT)["uvloop"]
    assert pin.version.startswith("0.21.")
    assert "uvloop" not in read_pins(RUN_TIME)


@pytest.mark.parametrize("loose", ["jwt", "jwt>=2", "jwt @ https://example.com/jwt.whl"])
def test_a_requirement_that_is_not_pinned_is_found(tmp_path: Path, loose: str) -> None:
    path = tmp_path / "requirements.txt"
    path.write_text(f"# By hand\nidna==3.20 \\\n    --hash=sha256:{'0' * 64}\n{loose}\n", "utf-8")
    with pytest.raises(ValueError, match=r"not pinned: jwt"):
        read_pins(path)


def test_every_import_of_the_app_is_installed_in_azure(package: Path) -> None:
    """Also what it imports late, and only under some settings."""
    assert {distribution_of(name) for name in imports_of(package)} <= read_pins(RUN_TIME).keys()


def test_the_app_requires_exactly_the_libraries_that_it_imports(package: Path) -> None:
    """By name, not by way of another library, which may stop to need it."""
    imported = {distribution_of(name) for name in imports_of(package)}
    assert _direct() == imported | USED_BY_AZURE_IDENTITY | USED_BY_ZONEINFO
