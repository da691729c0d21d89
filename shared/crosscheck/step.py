"""A step of a thing, as an event records it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

type Leaf = Mapping[str, Any]
type Thing = tuple[str, ...]
"""The kind of a thing, and its ID."""


class Step(Enum):
    BEGAN = auto()
    ENDED = auto()
    SUSPENDED = auto()
    RESUMED = auto()
    NAMED = auto()
    USED = auto()


@dataclass(frozen=True, slots=True)
class RecordedStep:
    step: Step
    at: str
    event_id: str
    handle: str = ""
    detail: str = ""
    """The name, the roles, the credential, the state, or the other ID that belongs to it."""
