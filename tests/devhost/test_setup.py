"""`make setup` on machines that lack something reports the real cause."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from devhost.process import REPOSITORY

FILES = (
    "requirements.txt",
    "requirements-dev.txt",
    "devhost/package-lock.json",
    "tests/interop/package-lock.json",
    "tests/infra/kusto/package-lock.json",
)
FAILING = "#!/bin/sh\nexit 1\n"
MESSAGE = "Python 3.13 is missing, and uv could not bring it"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A checkout, and a PATH whose Python is none that will do."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    shutil.copy(REPOSITORY / "devhost" / "setup.sh", tmp_path / "devhost" / "setup.sh")
    (tmp_path / "bin").mkdir()
    for name in ("python3.13", "python3", "python", "uv"):
        write_command(tmp_path, name, FAILING)
    return tmp_path


def write_command(tree: Path, name: str, source: str) -> None:
    (tree / "bin" / name).write_text(source, encoding="utf-8")
    (tree / "bin" / name).chmod(0o755)


def _set_up(tree: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(tree / "devhost" / "setup.sh")],
        env={"PATH": f"{tree / 'bin'}:/usr/bin:/bin", "HOME": str(tree), "TMPDIR": str(tree)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_reason_why_uv_could_not_install_python_is_shown(tree: Path) -> None:
    write_command(tree, "uv", "#!/bin/sh\necho 'error: no route to github.com' >&2\nexit 2\n")
    result = _set_up(tree)
    assert result.returncode == 1
    assert "error: no route to github.com" in result.stderr
    assert result.stderr.splitlines()[-1].startswith(MESSAGE)


def test_the_reason_why_uv_could_not_be_installed_is_shown(tree: Path) -> None:
    (tree / "bin" / "uv").unlink()
    complaint = "#!/bin/sh\necho 'ensurepip is not available' >&2\nexit 1\n"
    write_command(tree, "python3", complaint)
    result = _set_up(tree)
    assert result.returncode == 1
    assert "ensurepip is not available" in result.stderr
    assert result.stderr.splitlines()[-1].startswith(MESSAGE)


def test_progress_messages_of_uv_are_not_shown(tree: Path) -> None:
    """It makes an environment that has no Python here, so that a later step fails."""
    write_command(tree, "uv", "#!/bin/sh\ncase $1 in python|venv) echo downloading ;; esac\n")
    result = _set_up(tree)
    assert "downloading" not in result.stderr + result.stdout
    assert MESSAGE not in result.stderr


@pytest.mark.parametrize("installer", ["uv", "pip"])
def test_packages_are_installed_only_with_their_expected_hash(tree: Path, installer: str) -> None:
    """By uv where it is there, else by pip, which the Python of the environment brings."""
    record = f'#!/bin/sh\necho $0 "$@" >>{tree}/commands\n'
    (tree / ".venv" / "bin").mkdir(parents=True)
    for name in ("bin/python3.13", "bin/uv", ".venv/bin/python"):
        (tree / name).write_text(record, encoding="utf-8")
        (tree / name).chmod(0o755)
    if installer == "pip":
        (tree / "bin" / "uv").unlink()
    assert _set_up(tree).returncode == 0
    commands = (tree / "commands").read_text(encoding="utf-8").splitlines()
    (installing,) = [command for command in commands if " pip " in command]
    assert Path(installing.split()[0]).name == {"uv": "uv", "pip": "python"}[installer]
    assert " install " in installing
    assert installing.endswith(" --require-hashes --requirement requirements-dev.txt")
