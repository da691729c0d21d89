"""One thing that is wrong with a receipt, or missing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    about: str
    check: str
    """Its name. The page for auditors has the same names."""
    text: str
    is_wrong: bool = True
    """Otherwise something that a proof needs is missing."""
