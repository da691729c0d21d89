"""The substitute for az, for a test."""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.infra.az_cli.state import FOLDER


@dataclass(frozen=True, slots=True)
class AzCli:
    folder: Path

    def environment(self) -> dict[str, str]:
        programs = f"{Path(__file__).parent}:{Path(sys.executable).parent}"
        return {"PATH": f"{programs}:{os.environ['PATH']}", FOLDER: str(self.folder)}

    def commands(self) -> list[list[str]]:
        file = self.folder / "commands"
        lines = file.read_text().splitlines() if file.exists() else []
        return [json.loads(line) for line in lines]

    def refuse(self, command: str, message: str, *, times: int = 1000) -> None:
        """The next commands that begin so, whatever their group says."""
        (self.folder / "refusals").mkdir(exist_ok=True)
        (self.folder / "refusals" / command).write_text(json.dumps([times, message]))
