"""`devhost/chromium.sh` on machines with and without a browser; no package is really installed."""

import shutil
import subprocess
from pathlib import Path

import pytest

from devhost.process import REPOSITORY

WORKS, FAILS = 0, 100
COMMANDS = ("dirname", "mktemp", "rm", "cat")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A checkout, and a PATH with only the commands that the script needs."""
    for folder in ("devhost", "bin", ".venv/bin"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(REPOSITORY / "devhost" / "chromium.sh", tmp_path / "devhost" / "chromium.sh")
    for name in COMMANDS:
        (tmp_path / "bin" / name).symlink_to(shutil.which(name) or "")
    return tmp_path


def _put(tree: Path, path: str, *, code: int = WORKS, prints: str = "") -> None:
    """A command that notes how it is called."""
    command = tree / path
    note = f'echo "{command.name} $*" >>{tree}/called\n'
    print_it = f'echo "{prints}"\n' if prints else ""
    command.write_text(f"#!/bin/sh\n{note}{print_it}exit {code}\n", encoding="utf-8")
    command.chmod(0o755)


def _put_installers(tree: Path, *, user: int, apt_get: int, playwright: int) -> None:
    _put(tree, "bin/id", prints=str(user))
    _put(tree, "bin/apt-get", code=apt_get)
    _put(tree, ".venv/bin/python", code=playwright)


def _run(tree: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(tree / "devhost" / "chromium.sh")],
        env={"PATH": str(tree / "bin"), "TMPDIR": str(tree)},
        capture_output=True,
        text=True,
        check=False,
    )


def _installed(tree: Path) -> list[str]:
    called = (tree / "called").read_text(encoding="utf-8").splitlines()
    return [line.split()[-1] for line in called if " install " in line]


def test_nothing_is_installed_if_the_headless_shell_exists(tree: Path) -> None:
    _put(tree, "bin/chromium-headless-shell")
    result = _run(tree)
    assert (result.returncode, result.stderr) == (0, "")
    assert not (tree / "called").exists()


def test_the_headless_shell_is_installed_in_addition_to_a_browser(tree: Path) -> None:
    _put(tree, "bin/chromium")
    _put_installers(tree, user=0, apt_get=WORKS, playwright=FAILS)
    assert _run(tree).returncode == 0
    assert _installed(tree) == ["chromium-headless-shell"]


@pytest.mark.parametrize("user", [0, 1000])
def test_a_browser_is_enough_if_no_package_can_be_installed(tree: Path, user: int) -> None:
    _put(tree, "bin/google-chrome")
    _put_installers(tree, user=user, apt_get=FAILS, playwright=FAILS)
    assert _run(tree).returncode == 0


def test_without_rights_the_headless_shell_comes_from_playwright(tree: Path) -> None:
    _put_installers(tree, user=1000, apt_get=WORKS, playwright=WORKS)
    assert _run(tree).returncode == 0
    called = (tree / "called").read_text(encoding="utf-8")
    assert "python -m playwright install --only-shell chromium" in called
    assert "apt-get" not in called


def test_a_missing_browser_is_reported(tree: Path) -> None:
    _put_installers(tree, user=0, apt_get=FAILS, playwright=WORKS)
    result = _run(tree)
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1].startswith("Chromium is missing")
