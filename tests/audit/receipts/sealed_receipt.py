"""A receipt whose events are in the log."""

import json
from dataclasses import dataclass
from typing import Any

type Json = dict[str, Any]


@dataclass
class Sealed:
    receipt: Json
    key: str
    """That signs checkpoints."""
    strangers: Json
    """An honest entry of the same log and person, of another approval."""

    def copy(self) -> Json:
        return dict(json.loads(json.dumps(self.receipt)))
