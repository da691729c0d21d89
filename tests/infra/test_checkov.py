"""Checkov finds nothing in the templates but what was looked at, and left, for a reason."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import uv

from tests.infra.bicep.syntax import INFRA, paths

FOLDER = Path(__file__).parent / "checkov"
SKIPPED = json.loads((FOLDER / "skipped.json").read_text())

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
def report() -> Report:
    return checkov(INFRA)


def test_every_template_is_read(report: Report) -> None:
    """What checkov cannot parse it passes over, and says that nothing failed."""
    assert report["summary"]["parsing_errors"] == 0
    assert report["summary"]["passed"] > 0
    assert report["summary"]["resource_count"] >= len(paths())


def test_nothing_fails_but_what_is_left_for_a_reason(report: Report) -> None:
    failed = {each["check_id"] for each in report["results"]["failed_checks"]}
    assert failed == SKIPPED.keys()


def test_a_template_that_cannot_be_read_is_seen(tmp_path: Path) -> None:
    (tmp_path / "broken.bicep").write_text("param location string = {\n")
    report = checkov(tmp_path)
    assert report["summary"]["parsing_errors"] == 1
