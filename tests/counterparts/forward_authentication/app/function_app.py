"""The app of this repository, with a clock that a test can set.

A profile demands a gesture of at least the last ten seconds, and no test waits that long.
"""

import os
import sys
from datetime import UTC, datetime, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from devhost.process import REPOSITORY
from shared import wiring
from shared.storage.tables.clock import StorageClock


class _Clock(StorageClock):
    def __call__(self) -> datetime:
        seconds = int(Path(os.environ["SECONDS_AHEAD"]).read_text(encoding="utf-8"))
        return super().__call__() + timedelta(seconds=seconds)


wiring.CLOCK = _Clock(lambda: datetime.now(UTC))

_found = spec_from_file_location("deployed_app", REPOSITORY / "function_app.py")
assert _found is not None
assert _found.loader is not None
_deployed = module_from_spec(_found)
_found.loader.exec_module(_deployed)
# Whoever imports this module gets the other one.
sys.modules[__name__] = _deployed
