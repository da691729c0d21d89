"""The types of attestation, and the parts of an attestation statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class AttestationType(StrEnum):
    """L3 section 6.5.4."""

    NONE = "none"
    SELF = "self"
    BASIC = "basic"
    ATTESTATION_CA = "attestation_ca"
    ANONYMIZATION_CA = "anonymization_ca"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestationStatement:
    format: str
    members: Mapping[str, Any] | Sequence[object]
    """A list of statements in `compound`, a map in all other formats."""
