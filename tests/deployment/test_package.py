"""The files that a deployment sends to Azure, and those that it never sends."""

import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest

from devhost.process import REPOSITORY
from release.bytecode import PYTHON_IN_AZURE, WrongPython, compile_modules
from release.package import deployed_files, files_in, make_package, write_archive
from tests.deployment.bytecode import without_bytecode
from tests.deployment.template import deployment

TOP = {"__pycache__", "function_app.py", "host.json", "requirements.txt", "shared"}
KINDS = {".css", ".html", ".js", ".json", ".py", ".svg"}
NEVER = (
    *(".azure/dev/.env", ".azure/config.json", ".env", ".funcignore", ".git/config"),
    *(".gitignore", ".local/signing-key.pem", ".local/signing-key.sealing", ".ruff_cache/tag"),
    *(".venv/bin/python", ".vscode/settings.json", "azure.yaml", "local.settings.json"),
    *("bench/node_peer/node_modules/a.js", "devhost/cli.py", "docs/audit.md", "infra/main.bicep"),
    *("local.settings.json.example", "pyproject.toml", "requirements-dev.txt", "tests/api.py"),
    *(".editorconfig", ".github/dependabot.yml", ".pre-commit-config.yaml", "CHANGELOG.md"),
    *("CONTRIBUTING.md", "LICENSE", "cli/touchstone/main.py", "release/package.py"),
    *("Makefile", "README.md", "__pycache__/function_app.cpython-313.pyc"),
    *("shared/.env", "shared/__pycache__/errors.cpython-313.pyc", "shared/site/README.md"),
)
BUILT_HERE = ".python_packages/lib/site-packages/jwt/__init__.py"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Of a developer who has everything that one can have lying about."""
    for name in (*NEVER, BUILT_HERE, "function_app.py", "shared/principals.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    rules = (REPOSITORY / ".funcignore").read_text(encoding="utf-8")
    (tmp_path / ".funcignore").write_text(rules, encoding="utf-8")
    return tmp_path


def sources_in(folder: Path) -> set[Path]:
    """All but what Python generates."""
    return {path for path in files_in(folder) if "__pycache__" not in path.parts}


def test_the_package_has_the_app_and_the_files_that_azure_builds_it_with(package: Path) -> None:
    assert {path.name for path in package.iterdir()} == TOP


def test_the_package_has_every_file_of_the_app(package: Path) -> None:
    """With the page and the API description."""
    shared = sources_in(REPOSITORY / "shared")
    assert sources_in(package / "shared") == shared
    assert {path.suffix for path in shared} == KINDS


def test_python_takes_the_bytecode_of_every_module(package: Path) -> None:
    assert without_bytecode(package) == []
    bytecode = files_in(package) - sources_in(package)
    assert len(bytecode) == len(list(package.rglob("*.py")))


def test_bytecode_counts_whatever_becomes_of_the_times_of_files(
    tree: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Python would compile the source that it finds here, and fail."""
    (tree / "function_app.py").write_text("print('loaded')", encoding="utf-8")
    package = make_package(tree, tmp_path_factory.mktemp("packed"))
    (package / "function_app.py").write_text("not Python", encoding="utf-8")
    command = [sys.executable, "-B", "-c", "import function_app"]
    ran = subprocess.run(command, cwd=package, capture_output=True, text=True, check=True)
    assert ran.stdout == "loaded\n"


def test_the_bytecode_is_for_the_python_in_azure(package: Path) -> None:
    (app,) = deployment().of_type("Microsoft.Web/sites")
    runtime = app.body["properties"]["functionAppConfig"]["runtime"]
    assert runtime == {"name": "python", "version": ".".join(map(str, PYTHON_IN_AZURE))}
    tag = f".cpython-{runtime['version'].replace('.', '')}.pyc"
    assert all(path.name.endswith(tag) for path in files_in(package) - sources_in(package))


def test_another_python_builds_no_package(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 14, 0))
    with pytest.raises(WrongPython, match=r"built by Python 3\.13"):
        compile_modules(tree)


def test_other_files_of_the_folder_are_not_deployed(tree: Path) -> None:
    deployed = {str(path) for path in deployed_files(tree)}
    assert deployed == {"function_app.py", "shared/principals.py", BUILT_HERE}


def test_a_package_is_a_copy(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    (tree / "function_app.py").write_text("app = 1", encoding="utf-8")
    package = make_package(tree, tmp_path_factory.mktemp("copy"))
    assert (package / "function_app.py").read_text(encoding="utf-8") == "app = 1"
    assert sources_in(package) == set(deployed_files(tree))


def test_the_same_files_give_the_same_archive(
    package: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    first, second = BytesIO(), BytesIO()
    write_archive(package, first)
    again = make_package(REPOSITORY, tmp_path_factory.mktemp("again"))
    for path in files_in(again):
        os.utime(again / path, (0, 1_800_000_000))
        (again / path).chmod(0o600)
    write_archive(again, second)
    assert first.getvalue() == second.getvalue()


def test_the_size_of_the_archive_is_returned(tree: Path) -> None:
    """`python -m release.package` prints that of ours."""
    (tree / "big").mkdir()
    (tree / "big" / "file").write_bytes(bytes(1_000_000))
    size = write_archive(tree / "big", BytesIO())
    assert (size.files, size.bytes) == (1, 1_000_000)
    assert size.zipped < size.bytes
