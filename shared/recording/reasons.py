"""The reason of a refusal, in one word for the audit log."""

import re

from shared.errors import CeremonyRejected, TouchstoneError

_BEGINNING_OF_WORD = re.compile(r"(?<!^)(?=[A-Z])")


def reason_of(error: TouchstoneError) -> str:
    """The step that refused a ceremony, else the name of the error, such as "not_permitted"."""
    if isinstance(error, CeremonyRejected):
        return error.reason.value
    return _BEGINNING_OF_WORD.sub("_", type(error).__name__).lower()
