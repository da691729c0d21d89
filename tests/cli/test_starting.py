"""The command line before any command."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

from devhost.process import REPOSITORY
from release.version import version_of
from tests.cli.running import environment, run
from touchstone import __version__

CLI = REPOSITORY / "cli"


def test_it_has_the_version_of_the_service(tmp_path: Path) -> None:
    assert version_of(REPOSITORY) == __version__
    ran = run("--version", env=environment(tmp_path))
    assert (ran.code, ran.out, ran.err) == (0, f"touchstone {__version__}\n", "")


def test_without_a_command_it_says_how_to_use_it(tmp_path: Path) -> None:
    ran = run(env=environment(tmp_path))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "touchstone: A command is needed.\nSee `touchstone --help`.\n"


def test_developers_install_what_it_requires() -> None:
    project = tomllib.loads((CLI / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = (REPOSITORY / "requirements-dev.txt").read_text(encoding="utf-8")
    assert [name for name in project["dependencies"] if f"\n{name.lower()}==" not in pins] == []


def test_it_is_python_of_the_oldest_version_that_it_says(tmp_path: Path) -> None:
    assert _syntax_errors(tmp_path, *map(str, CLI.rglob("*.py"))) == ""
    (tmp_path / "newer.py").write_text("type Name = str\n", encoding="utf-8")
    assert "invalid-syntax" in _syntax_errors(tmp_path, "newer.py")


def _syntax_errors(folder: Path, *paths: str) -> str:
    options = ("--isolated", "--quiet", "--select", "E9", "--target-version", "py311")
    checked = subprocess.run(
        [sys.executable, "-m", "ruff", "check", *options, *paths],
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )
    return checked.stdout


def test_its_wheel_has_the_package_and_the_command(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "-d", str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=CLI,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (points,) = (name for name in names if name.endswith("entry_points.txt"))
        assert "touchstone = touchstone.main:main" in archive.read(points).decode()
    modules = {path.relative_to(CLI).as_posix() for path in CLI.rglob("*.py")}
    assert {name for name in names if name.endswith(".py")} == modules
