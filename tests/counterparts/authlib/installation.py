from pathlib import Path

from tests.counterparts.installation import FOLDER, PythonPackages

AUTHLIB = PythonPackages(
    folder=FOLDER / "authlib", requirements=Path(__file__).with_name("requirements.txt")
)
