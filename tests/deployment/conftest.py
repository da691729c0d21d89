"""The package, and a Python with what it requires."""

from pathlib import Path

import pytest

from devhost.process import REPOSITORY
from release.package import make_package
from tests.deployment.libraries import RUN_TIME, make_python, read_pins
from tests.deployment.running import HOST


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_package(REPOSITORY, tmp_path_factory.mktemp("package"))


@pytest.fixture(scope="session")
def python(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With the requirements that the package itself names."""
    names = [*read_pins(package / RUN_TIME.name), *HOST]
    python, site = make_python(tmp_path_factory.mktemp("python"), names=names)
    (site / "devhost").symlink_to(REPOSITORY / "devhost")
    return python
