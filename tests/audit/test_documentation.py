"""The table of events in docs/audit.md is complete, and agrees with the mappings."""

import re

from devhost.process import REPOSITORY
from shared.audit.event import Kind
from shared.audit.schemas.asim_mapping import MAPPING as ASIM
from shared.audit.schemas.ocsf import MAPPING as OCSF

_ROW = re.compile(r"^\| `([a-z.-]+)` \| [^|]* \| (\w+) \| (\d+)/(\d+) \|", re.MULTILINE)


def test_every_kind_of_event_has_a_row() -> None:
    text = (REPOSITORY / "docs" / "audit.md").read_text(encoding="utf-8")
    documented = {
        kind: (asim, int(uid), int(activity)) for kind, asim, uid, activity in _ROW.findall(text)
    }
    mapped = {}
    for kind in Kind:
        asim = ASIM[kind]
        event_type = asim.event_type if asim else "none"
        mapped[kind.value] = event_type, OCSF[kind].class_uid, OCSF[kind].activity_id
    assert documented == mapped
