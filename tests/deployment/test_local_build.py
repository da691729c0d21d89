"""A package whose requirements were built on this machine runs with only those."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from devhost.azurite import Azurite
from devhost.process import REPOSITORY
from release.package import make_package
from tests.deployment.bytecode import without_bytecode
from tests.deployment.libraries import RUN_TIME, make_python, read_pins
from tests.deployment.running import HOST, ORIGIN, running
from tests.infra import powershell

HOOK = Path("infra") / "hooks" / "requirements.sh"
BROUGHT = Path(".python_packages") / "lib" / "site-packages"
UV = """#!/bin/sh
for each in "$@"; do echo "$each"; done >commands
mkdir -p .python_packages/lib/site-packages
"""
WANTED = [
    *("pip", "install", "--quiet", "--target", str(BROUGHT)),
    *("--python-version", "3.13", "--python-platform", "x86_64-manylinux_2_28"),
    *("--only-binary", ":all:", "--no-deps", "--require-hashes"),
    *("--requirement", "requirements.txt"),
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Where the hook is, an old build, and a uv that writes down what it is asked for."""
    (tmp_path / HOOK.parent).mkdir(parents=True)
    shutil.copy(REPOSITORY / HOOK, tmp_path / HOOK)
    (tmp_path / BROUGHT).mkdir(parents=True)
    (tmp_path / BROUGHT / "old.py").touch()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "uv").write_text(UV, encoding="utf-8")
    (tmp_path / "bin" / "uv").chmod(0o755)
    return tmp_path


def _run(tree: Path, *, path: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(tree / HOOK)],
        env={"PATH": path, **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def _path(tree: Path) -> str:
    return f"{tree / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin"


@pytest.mark.parametrize("setting", [None, "false", ""])
def test_a_remote_build_is_not_changed(tree: Path, setting: str | None) -> None:
    settings = {} if setting is None else {"TOUCHSTONE_LOCAL_BUILD": setting}
    assert _run(tree, path=_path(tree), **settings).returncode == 0
    assert not (tree / "commands").exists()
    assert (tree / BROUGHT / "old.py").exists()


def test_pinned_wheels_for_azure_are_installed_again(tree: Path) -> None:
    result = _run(tree, path=_path(tree), TOUCHSTONE_LOCAL_BUILD="true")
    assert (result.returncode, result.stderr) == (0, "")
    assert (tree / "commands").read_text().splitlines() == WANTED
    assert not (tree / BROUGHT / "old.py").exists()


def test_without_uv_the_hook_fails_and_changes_nothing(tree: Path) -> None:
    (tree / "bin" / "uv").unlink()
    (tree / "bin" / "dirname").symlink_to(shutil.which("dirname") or "")
    result = _run(tree, path=str(tree / "bin"), TOUCHSTONE_LOCAL_BUILD="true")
    assert result.returncode == 1
    assert result.stderr == "requirements.sh needs uv: install it, or run make setup\n"
    assert (tree / BROUGHT / "old.py").exists()


def test_both_hooks_run_the_same_uv_command() -> None:
    assert powershell.is_well_formed((REPOSITORY / HOOK).with_suffix(".ps1").read_bytes())
    words = []
    for name in ("requirements.sh", "requirements.ps1"):
        text = (REPOSITORY / HOOK.parent / name).read_text(encoding="utf-8")
        call = re.search(r'(?m)^(?:"\$uv"|uv) (pip install(?:.*[`\\\\]\n)*.*)$', text)
        assert call is not None, name
        words.append(re.sub(r"[`\\\\]\n", " ", call[1]).split())
    assert words[0] == words[1]


async def test_the_package_runs_with_the_libraries_that_it_contains(
    tmp_path: Path, own_azurite: Azurite
) -> None:
    """As the platform does: .python_packages is on the path, and this Python has no requirement."""
    source = tmp_path / "source"
    source.mkdir()
    for name in ("function_app.py", "host.json", "requirements.txt", ".funcignore"):
        shutil.copy(REPOSITORY / name, source / name)
    shutil.copytree(REPOSITORY / "shared", source / "shared")
    _, site = make_python(tmp_path / "brought", names=read_pins(RUN_TIME))
    shutil.copytree(site, source / BROUGHT)
    package = make_package(source, tmp_path / "package")
    assert without_bytecode(package) == []
    python, bare = make_python(tmp_path / "bare", names=HOST)
    (bare / "devhost").symlink_to(REPOSITORY / "devhost")
    settings = {
        "PYTHONPATH": str(package / BROUGHT),
        "TABLES_CONNECTION_STRING": own_azurite.connection_string,
        "SIGNING_KEY_FILE": str(tmp_path / "signing-key.pem"),
        "RP_ID": "localhost",
        "RP_ORIGINS": ORIGIN,
        "ISSUER": ORIGIN,
    }
    async with running(python, package, settings) as api:
        assert (await api.get("/health")).json == {"status": "ok"}
