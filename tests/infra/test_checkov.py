"""Checkov finds nothing in the templates except known findings with a documented reason."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import uv

from tests.infra.bicep.syntax import INFRA, paths, read
from tests.infra.bicep.untyped import copy_without_types

FOLDER = Path(__file__).parent / "checkov"
SKIPPED = json.loads((FOLDER / "skipped.json").read_text())

BROKEN = "broken.bicep"
WITHOUT_PURGE_PROTECTION = "CKV_AZURE_110"
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
    """Of our templates, of copies with a fault in each, and of one that cannot be read: in one run,
    as it takes long to start.
    """
    folder = tmp_path_factory.mktemp("checkov")
    copy_without_types(INFRA, folder / "infra")
    shutil.copytree(INFRA, folder / "source")
    for path in _declaring_a_resource():
        with (folder / "source" / path).open("a") as file:
            file.write(FAULT)
    copy_without_types(folder / "source", folder / "faulty")
    shutil.rmtree(folder / "source")
    (folder / BROKEN).write_text("param location string = {\n")
    return checkov(folder)


def _declaring_a_resource() -> list[str]:
    return [path.relative_to(INFRA).as_posix() for path in paths() if read(path).resources]


def test_only_the_broken_template_cannot_be_read(report: Report) -> None:
    """Checkov skips a file that it cannot parse, and reports no failure."""
    assert [Path(path).name for path in report["results"]["parsing_errors"]] == [BROKEN]
    assert report["summary"]["passed"] > 0


def test_checkov_finds_a_fault_in_every_template_that_declares_a_resource(report: Report) -> None:
    found = {
        each["file_path"].removeprefix("/faulty/")
        for each in report["results"]["failed_checks"]
        if each["resource"] == "Microsoft.KeyVault/vaults.planted"
        and each["check_id"] == WITHOUT_PURGE_PROTECTION
    }
    assert found == set(_declaring_a_resource())


def test_only_checks_with_a_documented_reason_fail(report: Report) -> None:
    failed = {
        each["check_id"]
        for each in report["results"]["failed_checks"]
        if each["file_path"].startswith("/infra/")
    }
    assert failed == SKIPPED.keys()
