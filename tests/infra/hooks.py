"""Runs a hook as azd does, with the substitute for az."""

import re
import subprocess

from tests.infra.az_cli.az_cli import AzCli
from tests.infra.az_cli.groups.account import SUBSCRIPTION
from tests.infra.bicep.syntax import INFRA

HOOKS = INFRA / "hooks"
# What azd has chosen before it provisions.
CHOSEN = {"AZURE_SUBSCRIPTION_ID": SUBSCRIPTION, "AZURE_LOCATION": "eastus2"}


def run_hook(
    hook: str, az: AzCli, *arguments: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    """azd gives the path to a shell as a command, so the file has to be executable: `newCmdTree` in
    cli/azd/pkg/exec/command_runner.go of github.com/Azure/azure-dev.
    """
    return subprocess.run(
        ["/bin/sh", "-c", " ".join([str(HOOKS / hook), *arguments])],
        env=az.environment() | CHOSEN | {"PAUSE_SECONDS": "0"} | variables,
        # azd runs hooks in the folder of the project.
        cwd=az.folder,
        capture_output=True,
        text=True,
        check=False,
    )


def said_on_windows(hook: str) -> str:
    """The text of a hook for Windows, without its escapes."""
    return re.sub("`(.)", r"\1", (HOOKS / hook).read_text(encoding="utf-8"))
