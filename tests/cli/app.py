"""The service, but that Azure Resource Manager is a server of the tests."""

from pathlib import Path

from devhost.process import REPOSITORY

URL = "RESOURCE_MANAGER_OF_TESTS"
_APP = f"""# No setting says where it is.
import os

from shared.fetching.resource_manager import ResourceManager

ResourceManager.__init__.__kwdefaults__["url"] = os.environ["{URL}"]

from deployed import app, failure
"""


def make_app(folder: Path) -> Path:
    folder.mkdir()
    for name in ("shared", "host.json", "local.settings.json.example"):
        (folder / name).symlink_to(REPOSITORY / name)
    (folder / "deployed.py").symlink_to(REPOSITORY / "function_app.py")
    (folder / "function_app.py").write_text(_APP, encoding="utf-8")
    return folder
