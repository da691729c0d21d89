"""Checkov finds nothing in the templates except known findings with a documented reason."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import uv

from tests.infra.bicep.syntax import INFRA, paths

FOLDER = Path(__file__).parent / "checkov"
SKIPPED = json.loads((FOLDER / "skipped.json").read_text())

BROKEN = "broken.bicep"

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
    """Of our templates and of one that cannot be read, in one run, as it takes long to start."""
    folder = tmp_path_factory.mktemp("checkov")
    shutil.copytree(INFRA, folder / "infra")
    (folder / BROKEN).write_text("param location string = {\n")
    return checkov(folder)


def test_every_template_except_the_broken_one_is_read(report: Report) -> None:
    """Checkov skips a file that it cannot parse, and reports no failure."""
    assert [Path(path).name for path in report["results"]["parsing_errors"]] == [BROKEN]
    assert report["summary"]["passed"] > 0
    assert report["summary"]["resource_count"] >= len(paths())


def test_only_checks_with_a_documented_reason_fail(report: Report) -> None:
    failed = {each["check_id"] for each in report["results"]["failed_checks"]}
    assert failed == SKIPPED.keys()
