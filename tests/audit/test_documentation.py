"""The table of events in docs/audit.md is complete, and says what the mappings do."""

import re

from devhost.process import REPOSITORY
from shared.audit.event import Kind
from shared.audit.schemas.asim import MAPPING as ASIM
from shared.audit.schemas.ocsf import MAPPING as OCSF

_ROW = re.compile(r"^\| `([a-z.-]+)` \| [^|]* \| (\w+) \| (\d+)/(\d+) \|", re.MULTILINE)


def test_every_kind_has_its_row() -> None:
    text = (REPOSITORY / "docs" / "audit.md").read_text(encoding="utf-8")
    told = {
        kind: (asim, int(uid), int(activity)) for kind, asim, uid, activity in _ROW.findall(text)
    }
    meant = {}
    for kind in Kind:
        asim = ASIM[kind]
        event_type = asim.event_type if asim else "none"
        meant[kind.value] = event_type, OCSF[kind].class_uid, OCSF[kind].activity_id
    assert told == meant
