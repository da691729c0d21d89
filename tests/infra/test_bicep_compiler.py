"""The Bicep compiler takes every template without a word.

This is skipped where it is not installed, except where BICEP_VERSION says which one must be, as
.github/workflows/checks.yml does.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from devhost.process import REPOSITORY
from tests.infra.bicep.compiler import complaints, find, version
from tests.infra.bicep.syntax import INFRA, paths

PINNED = os.environ.get("BICEP_VERSION")

with_compiler = pytest.mark.skipif(
    not PINNED and find() is None, reason="the Bicep compiler is not installed"
)


@pytest.fixture(scope="module")
def compiler() -> str:
    found = find()
    assert found is not None
    assert PINNED in (None, version(found))
    return found


@with_compiler
@pytest.mark.parametrize("path", paths(), ids=lambda path: path.relative_to(INFRA).as_posix())
def test_the_compiler_has_nothing_to_complain_of(compiler: str, path: Path) -> None:
    assert complaints(compiler, path) == ""


@pytest.mark.parametrize(
    ("behaves", "said"),
    [
        ('[ "$1" = lint ] || echo "{}"', ""),
        ('[ "$1" = lint ] || echo BCP225 >&2', "BCP225\n"),
        ('[ "$1" = build ] || echo no-unused-params >&2', "no-unused-params\n"),
        ('[ "$1" = build ] || echo no-unused-params', "no-unused-params\n"),
        ('[ "$1" = lint ] || exit 1', "it ended with 1\n"),
    ],
)
def test_whatever_it_says_is_a_complaint(tmp_path: Path, behaves: str, said: str) -> None:
    program = tmp_path / "bicep"
    program.write_text(f"#!/bin/sh\n{behaves}\n")
    program.chmod(0o755)
    assert complaints(str(program), tmp_path / "main.bicep") == said


def test_its_version_is_read(tmp_path: Path) -> None:
    program = tmp_path / "bicep"
    program.write_text("#!/bin/sh\necho 'Bicep CLI version 0.45.15 (27cc8db80e)'\n")
    program.chmod(0o755)
    assert version(str(program)) == "0.45.15"


def test_where_a_compiler_must_be_tests_fail_without_it(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    ran = subprocess.run(
        [*command, f"{Path(__file__)}::test_the_compiler_has_nothing_to_complain_of"],
        cwd=REPOSITORY,
        env={"PATH": str(tmp_path), "BICEP_VERSION": "0.49.2"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert "1 error" in ran.stdout
    assert "skipped" not in ran.stdout
