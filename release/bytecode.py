"""The bytecode of a package, so that no start of an instance has to compile it.

In Azure a package is read-only: what has no valid bytecode there is compiled again at each cold
start. Archives and Azure's build change the times of files, by which Python judges bytecode
otherwise. So this bytecode counts whatever the source is (PEP 552): both are made at the same time.
"""

import subprocess
import sys
from pathlib import Path

PYTHON_IN_AZURE = (3, 13)
"""The version that `infra/app/app.bicep` chooses. Others ignore its bytecode."""


class WrongPython(Exception):
    """The bytecode would be for another version than the one in Azure."""


def compile_modules(package: Path) -> None:
    """Those of the app, and of the libraries in the package.

    In a process of its own: bytecode differs a little by what is loaded in the process.
    """
    if sys.version_info[:2] != PYTHON_IN_AZURE:
        needed = ".".join(map(str, PYTHON_IN_AZURE))
        raise WrongPython(f"the package is built by Python {needed}, as it runs in Azure")
    command = [sys.executable, "-I", "-m", "compileall", "-q"]
    options = ["--invalidation-mode", "unchecked-hash", "-s", str(package)]
    subprocess.run([*command, *options, str(package)], check=True)
