"""Members of a problem beside those of RFC 9457: what a program needs to go on."""

from typing import Any

from shared.errors import AccessObstructed, StepUpRequired, TouchstoneError
from shared.errors.certificates import ApprovalRequired


def problem_members(error: TouchstoneError) -> dict[str, Any]:
    if isinstance(error, ApprovalRequired):
        asked = {} if error.approval is None else {"approval": error.approval}
        return {"approve_url": error.approve_url, **asked}
    if isinstance(error, StepUpRequired | AccessObstructed) and error.missing:
        return {"missing": list(error.missing)}
    return {}
