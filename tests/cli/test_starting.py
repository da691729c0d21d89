"""The command line before any command."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from devhost.process import REPOSITORY
from release.version import version_of
from tests.audit.verify.log_builder import vkey
from tests.audit.verify.story import make_story
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


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an installation has of the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "-d", str(folder)],
        capture_output=True,
        text=True,
        cwd=CLI,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "installed")
    return folder / "installed"


def test_its_wheel_has_the_package_the_command_and_the_check_of_logs(installed: Path) -> None:
    (points,) = installed.glob("*.dist-info/entry_points.txt")
    assert "touchstone = touchstone.main:main" in points.read_text(encoding="utf-8")
    ours = {path.relative_to(CLI) for path in CLI.rglob("*.py")}
    found = {path.relative_to(installed) for path in installed.rglob("*.py")}
    assert {path for path in found if "checks" not in path.parts} == ours
    assert Path("touchstone/checks/shared/audit/verify.py") in found


def test_an_installed_command_checks_logs(installed: Path, tmp_path: Path) -> None:
    """As the service's own check does it, and with its exit codes."""
    story, log, kept = make_story(), tmp_path / "log.jsonl", tmp_path / "checkpoint"
    log.write_bytes(b"".join(story.lines))
    kept.write_text(story.log.notes()[0], encoding="utf-8")
    arguments = (str(log), "--key", vkey(story.old), "--seen", str(kept))
    env = environment(tmp_path, PYTHONPATH=str(installed))
    checked = run("audit", "verify", *arguments, "--json", env=env)
    assert (checked.code, checked.err) == (0, "")
    in_the_repository = run("--json", "audit", "verify", *arguments, env=environment(tmp_path))
    assert in_the_repository == checked
    log.write_bytes(b"".join(story.lines[1:]))
    assert run("audit", "verify", *arguments, env=env).code == 1
    assert run("audit", "verify", env=env).code == 64
