"""`touchstone audit verify`: the check of logs and receipts that is part of the service.

An installed command has a copy of it; in the repository it is the service's own. It is newer Python
than the rest of the command needs.
"""

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from touchstone.failures import LocalFault

_OLDEST = (3, 12)
_INSTALLED = Path(__file__).parents[1] / "checks"
_REPOSITORY = Path(__file__).parents[3]
_MODULE = "shared.audit.verify"


def run(arguments: Sequence[str]) -> int:
    """Its own exit code: see `touchstone audit verify --help`."""
    if sys.version_info < _OLDEST:
        raise LocalFault(
            "This check needs Python 3.12 or newer.",
            to_do="Install the command with it: `uv tool install --python 3.13 …`.",
        )
    place = _INSTALLED if _INSTALLED.is_dir() else _REPOSITORY
    sys.path.append(str(place))
    main = importlib.import_module(_MODULE).main
    return int(main(list(arguments), prog="touchstone audit verify"))
