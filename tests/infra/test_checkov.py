"""Checkov finds nothing in the templates except known findings with a documented reason."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import uv

from tests.infra.bicep.syntax import INFRA, named, parse, paths, read, text
from tests.infra.bicep.untyped import copy_without_types, without_types

FOLDER = Path(__file__).parent / "checkov"
SKIPPED = json.loads((FOLDER / "skipped.json").read_text())

BROKEN = "broken.bicep"
WITHOUT_PURGE_PROTECTION = "CKV_AZURE_110"
PLANTED = "Microsoft.KeyVault/vaults.planted"
FAULT = """
resource planted 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: 'planted'
  location: 'westeurope'
  properties: { enablePurgeProtection: false, sku: { family: 'A', name: 'standard' } }
}
"""

type Report = dict[str, Any]


def checkov(folder: Path) -> Report:
    """Its report. It has an environment of its own, as it needs a hundred packages."""
    alone = ["run", "--no-project", "--isolated", "--quiet", "--python", sys.executable]
    requirements = ["--with-requirements", str(FOLDER / "requirements.txt")]
    how = ["--framework", "bicep", "--skip-download", "--output", "json", "--soft-fail"]
    ran = subprocess.run(
        [uv.find_uv_bin(), *alone, *requirements, "checkov", *how, "--directory", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    report: Report = json.loads(ran.stdout)
    return report


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Of our templates with a fault in each, and of one that cannot be read: in one run, because it
    takes long to start.
    """
    folder = tmp_path_factory.mktemp("checkov")
    source = tmp_path_factory.mktemp("source") / "infra"
    shutil.copytree(INFRA, source)
    for path in _declaring_a_resource():
        with (source / path).open("a") as file:
            file.write(FAULT)
    copy_without_types(source, folder / "infra")
    (folder / BROKEN).write_text("param location string = {\n")
    return checkov(folder)


def _declaring_a_resource() -> list[str]:
    return [path.relative_to(INFRA).as_posix() for path in paths() if read(path).resources]


@pytest.mark.parametrize("path", paths(), ids=lambda path: path.relative_to(INFRA).as_posix())
def test_checkov_gets_every_resource_as_it_is(path: Path) -> None:
    source = path.read_bytes()
    assert _resources(without_types(source)) == _resources(source)


def _resources(source: bytes) -> list[str]:
    return [text(node) for node in named(parse(source)) if node.type == "resource_declaration"]


def test_only_the_broken_template_cannot_be_read(report: Report) -> None:
    """Checkov skips a file that it cannot parse, and reports no failure."""
    assert [Path(path).name for path in report["results"]["parsing_errors"]] == [BROKEN]
    assert report["summary"]["passed"] > 0


def test_checkov_finds_a_fault_in_every_template_that_declares_a_resource(report: Report) -> None:
    found = {
        each["file_path"].removeprefix("/infra/")
        for each in report["results"]["failed_checks"]
        if each["resource"] == PLANTED and each["check_id"] == WITHOUT_PURGE_PROTECTION
    }
    assert found == set(_declaring_a_resource())


def test_only_checks_with_a_documented_reason_fail(report: Report) -> None:
    failed = {
        each["check_id"]
        for each in report["results"]["failed_checks"]
        if each["resource"] != PLANTED
    }
    assert failed == SKIPPED.keys()
