"""Compares the snapshot of settings and keys with the events of their changes.

The service records a setting only if it differs from the snapshot. So an intruder who can write the
snapshot could hide a change.
"""

from collections.abc import Mapping
from typing import Any

from shared.audit.event import Kind

NAMES: Mapping[str, str] = {
    Kind.POLICY_CHANGED: "policy",
    Kind.SIGNING_KEY_ROTATED: "signing-keys",
}
"""The name of the snapshot for each kind of event."""
_CHECKPOINT_KEY = "key"
_GONE = " -> none"


def facts_of_event(leaf: Mapping[str, Any]) -> Mapping[str, str]:
    """The old and the new value by name. Empty for checkpoint keys: each has its own record."""
    facts = leaf.get("facts", {})
    return {} if leaf["kind"] not in NAMES or _CHECKPOINT_KEY in facts else facts


def agree(state: Mapping[str, str], recorded: Mapping[str, str]) -> bool:
    """`recorded` has the values of the last events."""
    same = all(recorded.get(name, "").endswith(f" -> {value}") for name, value in state.items())
    return same and all(name in state or recorded[name].endswith(_GONE) for name in recorded)
