"""The hooks for Windows do what those for other systems do, and PowerShell 5.1 understands them.

azd runs them by 5.1 where PowerShell 7 is missing (cli/azd/pkg/tools/powershell/powershell.go of
github.com/Azure/azure-dev). Neither runs in tests: they are parsed, and compared.
"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from devhost.process import REPOSITORY
from tests.infra import powershell
from tests.infra.az_cli.az_cli import AzCli
from tests.infra.bicep.syntax import INFRA
from tests.infra.hooks import HOOKS, run_hook, said_on_windows

SCRIPTS = sorted(HOOKS.glob("*.ps1"))
PAIRS = pytest.mark.parametrize(
    "name", [each.stem for each in SCRIPTS if each.with_suffix(".sh").exists()]
)
WINDOWS = pytest.mark.parametrize("script", SCRIPTS, ids=lambda each: each.name)
NAMES = json.loads((INFRA / "app" / "defaults.json").read_text(encoding="utf-8"))
INVOKE = "Invoke-Azure"
QUOTED = re.compile(r"""\"((?:[^\"\\]|\\.)*)\"|'([^']*)'""")
VARIABLE = r"(?:AZURE|TOUCHSTONE|PAUSE)_\w+"


@WINDOWS
def test_a_script_is_well_formed(script: Path) -> None:
    assert powershell.is_well_formed(script.read_bytes())


@WINDOWS
def test_a_script_needs_no_newer_powershell_than_windows_has(script: Path) -> None:
    assert powershell.needs_seven(script.read_bytes()) == []


@WINDOWS
def test_a_script_is_in_ascii(script: Path) -> None:
    """5.1 reads a file without a mark in the code page of the machine."""
    assert script.read_bytes().isascii()


@pytest.mark.parametrize(
    "source",
    [
        *(b"if ($a { 1 }", b"function x {", b'"abc', b"$x = @(1, 2"),
        *(b"$a = $b ? 1 : 2", b"$a ?? 3", b"$a ??= 3", b"$a?.Length", b"$a?[0]"),
    ],
)
def test_a_malformed_script_is_found(source: bytes) -> None:
    assert not powershell.is_well_formed(source)


@pytest.mark.parametrize(
    "source",
    [
        *(b"a && b", b"a || b", b"1..3 | ForEach-Object -Parallel { $_ }", b"x | Test-Json"),
        *(b"1..3 | ForEach-Object -par { $_ }", b"x | ConvertFrom-Json -AsHashtable"),
        *(b"[Security.Cryptography.RandomNumberGenerator]::GetBytes(32)", b"$x = $IsWindows"),
        *(b"$x = [Convert]::ToHexString($y)", b"Join-Path a b c", b"Get-Error"),
    ],
)
def test_what_only_powershell_7_has_is_found(source: bytes) -> None:
    assert powershell.is_well_formed(source)
    assert powershell.needs_seven(source)


@PAIRS
def test_both_hooks_read_the_same_variables(name: str) -> None:
    posix = (HOOKS / f"{name}.sh").read_text(encoding="utf-8")
    windows = (HOOKS / f"{name}.ps1").read_text(encoding="utf-8")
    assert set(re.findall(rf"\$\{{?({VARIABLE})", posix)) == set(
        re.findall(rf"\$env:({VARIABLE})", windows)
    )


@pytest.mark.parametrize("name", ["keys", "prerequisites"])
def test_both_hooks_run_the_same_azure_commands(name: str, tmp_path: Path) -> None:
    az = AzCli(tmp_path)
    ran = run_hook(f"{name}.sh", az, AZURE_KEY_VAULT_NAME="kv-touchstone")
    assert ran.returncode == 0
    # And those that find out why there is no token.
    az.refuse("account get-access-token", "AADSTS700082")
    assert run_hook(f"{name}.sh", az, AZURE_KEY_VAULT_NAME="kv-touchstone").returncode == 1
    programs = [("azure_cli", "az"), ("azure_cli", INVOKE), (name, INVOKE)]
    on_windows = [
        command
        for file, program in programs
        for command in powershell.commands((HOOKS / f"{file}.ps1").read_bytes(), program)
    ]
    assert {_verb_and_options(each) for each in on_windows} == {
        _verb_and_options(each) for each in az.commands()
    }


def _verb_and_options(command: list[str]) -> tuple[str, ...]:
    """And what is the same wherever it runs. The subscription is added to all but one."""
    begins = next(index for index, word in enumerate(command) if word.startswith(("--", "@")))
    fixed = {"tsv", "none", "utf-8"}
    options = (word for word in command if word.startswith("--") or word in fixed)
    return (command[begins - 1], *(each for each in options if each != "--subscription"))


@pytest.mark.parametrize("name", ["azure_cli", "health", "keys", "prerequisites"])
def test_both_hooks_refuse_in_the_same_words(name: str) -> None:
    windows = said_on_windows(f"{name}.ps1")
    refusals = list(refusals_of((HOOKS / f"{name}.sh").read_text(encoding="utf-8")))
    assert len(refusals) > 2
    for sentence in refusals:
        for piece in re.split(r"\$\([^)]*\)|\$\{?\w+:?-?\}?|; do .*|: for each in", sentence):
            assert piece in windows


def refusals_of(script: str) -> Iterator[str]:
    for arguments in re.findall(r"\b(?:stop|fail|warn) ([\"'](?!\$@)(?:.*\\\n)*.*)", script):
        yield " ".join(double or single for double, single in QUOTED.findall(arguments))


@pytest.mark.parametrize("hook", ["keys.sh", "keys.ps1"])
def test_both_hooks_make_the_secrets_that_the_app_reads(hook: str) -> None:
    made = set(re.findall(r"touchstone-\w+(?:-\w+)*", (HOOKS / hook).read_text(encoding="utf-8")))
    always = {NAMES[each] for each in ("SIGNING_CERTIFICATE", "SEALING_KEY", "CHECKPOINT_KEY")}
    assert made == always | {"touchstone-client-ca"}


def test_both_hooks_warn_of_alerts_for_nobody_in_the_same_words() -> None:
    warning = re.search(r"WARNING: ((?:.*\n)*?)END\n", (HOOKS / "keys.sh").read_text("utf-8"))
    assert warning is not None
    assert warning[1] in said_on_windows("keys.ps1")


def test_azd_runs_each_pair_at_the_same_moment() -> None:
    project = yaml.safe_load((REPOSITORY / "azure.yaml").read_text(encoding="utf-8"))
    hooks = project["hooks"] | project["services"]["touchstone"]["hooks"]
    for hook in hooks.values():
        assert hook["posix"]["shell"] == "sh"
        # azd's name for 7 and for 5.1.
        assert hook["windows"]["shell"] == "pwsh"
        assert Path(hook["posix"]["run"]).stem == Path(hook["windows"]["run"]).stem
        assert os.access(REPOSITORY / hook["posix"]["run"], os.X_OK)
        assert (REPOSITORY / hook["windows"]["run"]).exists()
