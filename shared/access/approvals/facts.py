"""The facts of an approval in the audit log: IDs and a digest, no text that somebody wrote."""

from hashlib import sha256

from shared import base64url
from shared.access.approvals.approval import Approval


def facts_of(approval: Approval) -> dict[str, str | int | bool]:
    return {
        "approval": approval.id,
        "profile": approval.profile,
        "statement": base64url.encode(sha256(approval.statement.encode()).digest()),
    }
