"""docs/command-line.md: what it shows works, and its tables are those of the program."""

import asyncio
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from devhost.process import REPOSITORY
from tests.cli.running import Machine
from tests.cli.test_psql import PSQL
from tests.counterparts.service import Service
from tests.documents import shell_blocks
from touchstone import failures
from touchstone.arguments import make_parser

PAGE = REPOSITORY / "docs" / "command-line.md"
TEXT = PAGE.read_text(encoding="utf-8")
COMMANDS = re.compile(r"^\| `touchstone (\w[\w-]*)", re.MULTILINE)
CODES = re.compile(r"^\| (\d+) \|", re.MULTILINE)
PROBLEMS = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)


def _section(title: str) -> str:
    return TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_the_table_has_each_command() -> None:
    _, commands = make_parser()
    assert set(COMMANDS.findall(_section("Commands"))) == commands.keys()


def test_the_table_has_each_exit_code() -> None:
    kinds = {each for each in vars(failures).values() if isinstance(each, type)}
    codes = {each.exit_code for each in kinds if issubclass(each, failures.Failure)}
    assert {int(code) for code in CODES.findall(_section("Exit codes"))} == codes | {0, 130}


def test_each_problem_is_one_that_the_program_tells() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (REPOSITORY / "cli").rglob("*.py")]
    for problem in PROBLEMS.findall(_section("Problems")):
        said = problem.partition(" … ")[0]
        assert any(said in text for text in texts), said


@pytest.mark.asyncio(loop_scope="session")
async def test_its_blocks_run(adas: Machine, service: Service, tmp_path: Path) -> None:
    """But the installation, the sign-in and the restore, which have tests of their own."""
    programs = tmp_path / "programs"
    programs.mkdir()
    ours = f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m touchstone "$@"\n'
    for name, text in {"touchstone": ours, "psql": PSQL}.items():
        (programs / name).write_text(text, encoding="utf-8")
        (programs / name).chmod(0o755)
    env = {**adas.env, "PATH": f"{programs}:{adas.env['PATH']}", "XDG_RUNTIME_DIR": str(tmp_path)}
    ran = []
    for block in shell_blocks(PAGE):
        here = re.sub(r"^(uv|touchstone (login|restore)) .*$", "", block, flags=re.MULTILINE)
        # The psql of this test takes a password.
        here = here.replace("psql --profile orders", "psql --profile flexible")
        done = await asyncio.to_thread(_run, ["/bin/sh", "-c", here], env)
        assert (done.returncode, done.stderr) == (3 if "psql" in here else 0, ""), here
        ran.append(done.stdout)
    assert any(out.startswith("username  ada") for out in map(_squeezed, ran))
    assert any("arguments: -c select current_user" in out for out in ran)


def _run(command: list[str], env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def _squeezed(text: str) -> str:
    return re.sub(r" {2,}", "  ", text)


def test_completion_knows_commands_and_options(tmp_path: Path) -> None:
    script = subprocess.run(
        [sys.executable, "-m", "touchstone", "completion", "bash"],
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(REPOSITORY / "cli")},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    file = tmp_path / "completion"
    file.write_text(script, encoding="utf-8")

    def completed(*words: str) -> set[str]:
        given = " ".join(map(shlex.quote, words))
        asked = f"COMP_WORDS=({given}); COMP_CWORD={len(words) - 1}; _touchstone"
        show = 'printf "%s\n" "${COMPREPLY[@]}"'
        done = subprocess.run(
            ["/bin/bash", "-c", f"source {file}; {asked}; {show}"],
            capture_output=True,
            text=True,
            check=True,
        )
        return set(done.stdout.split())

    assert completed("touchstone", "wh") == {"whoami"}
    assert completed("touchstone", "--json", "sql-token", "--od") == {"--odbc-hex"}
    assert completed("touchstone", "token", "--prof") == {"--profile"}
    assert "psql" in completed("touchstone", "")
