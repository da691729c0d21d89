from pathlib import Path

from tests.counterparts.installation import FOLDER, DebianPackages, PythonPackages

PSQL = DebianPackages(
    folder=FOLDER / "psql", names=("postgresql-client-18", "libpq-oauth"), release="forky"
)
POSTGRESQL = PythonPackages(
    folder=FOLDER / "postgresql", requirements=Path(__file__).with_name("requirements.txt")
)
