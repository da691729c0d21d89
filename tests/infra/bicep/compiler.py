"""Microsoft's compiler, which is no package that developers can pin."""

import shutil
import subprocess
from pathlib import Path


def find() -> str | None:
    return shutil.which("bicep")


def version(program: str) -> str:
    """Of an answer like `Bicep CLI version 0.49.2 (9b20a4b1)`."""
    return _run(program, "--version").stdout.split()[3]


def complaints(program: str, template: Path) -> str:
    """What it says about a template, and the modules in it, beside the compiled template."""
    built = _run(program, "build", str(template), "--stdout")
    linted = _run(program, "lint", str(template))
    failed = "".join(
        f"it ended with {each.returncode}\n" for each in (built, linted) if each.returncode
    )
    return f"{failed}{built.stderr}{linted.stdout}{linted.stderr}"


def _run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
