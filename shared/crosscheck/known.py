"""What was on record of settings and keys, held against the events that told of it.

The service tells of a setting only if it differs from what was on record: whoever can write that
could keep a change quiet.
"""

from collections.abc import Mapping
from typing import Any

from shared.audit.event import Kind

NAMES: Mapping[str, str] = {
    Kind.POLICY_CHANGED: "policy",
    Kind.SIGNING_KEY_ROTATED: "signing-keys",
}
"""Under which what events of a kind tell is kept."""
_CHECKPOINT_KEY = "key"
_GONE = " -> none"


def facts_of_event(leaf: Mapping[str, Any]) -> Mapping[str, str]:
    """What was and what is, by what it is of; nothing for a key of checkpoints, each of which is on
    record by itself."""
    facts = leaf.get("facts", {})
    return {} if leaf["kind"] not in NAMES or _CHECKPOINT_KEY in facts else facts


def agree(state: Mapping[str, str], told: Mapping[str, str]) -> bool:
    """`told` is what events said last."""
    is_so = all(told.get(name, "").endswith(f" -> {value}") for name, value in state.items())
    return is_so and all(name in state or told[name].endswith(_GONE) for name in told)
