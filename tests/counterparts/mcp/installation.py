from pathlib import Path

from tests.counterparts.installation import FOLDER, PythonPackages

MCP = PythonPackages(
    folder=FOLDER / "mcp", requirements=Path(__file__).with_name("requirements.txt")
)
