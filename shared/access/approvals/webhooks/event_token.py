"""What a webhook is told: a Security Event Token (RFC 8417) of one change of an approval.

Whoever reads it learns that something waits, and for whom to ask, and no more: no details of the
action, no reason, no code. Its type, and the lack of `sub` and `exp`, keep anybody from taking it
for a token that opens something.
"""

from datetime import datetime
from hashlib import sha256
from typing import Any

from shared import base64url
from shared.access.approvals.approval import Approval, approve_url
from shared.access.approvals.statement import read_statement
from shared.access.approvals.webhooks.history import Change
from shared.keys.signing_key import SigningKey
from shared.openid.tokens.signed import sign

TYPE = "secevent+jwt"
MEDIA_TYPE = f"application/{TYPE}"


def sign_event_token(
    change: Change, *, number: int, webhook: str, issuer: str, issued_at: datetime, key: SigningKey
) -> str:
    """`number` is that of the change. It has the same `jti` each time that it is sent to the same
    webhook, and that of another one is another."""
    approval = change.after
    claims = {
        "iss": issuer,
        "aud": webhook,
        "iat": int(issued_at.timestamp()),
        "jti": f"{approval.id}.{number}.{_name_of(webhook)}",
        "txn": approval.id,
        "toe": int(change.at.timestamp()),
        "events": {f"{issuer}/events/approval-{change.step}": _content(approval, issuer)},
    }
    return sign(claims, kind=TYPE, key=key)


def _name_of(webhook: str) -> str:
    """Not its address, which may have a secret: receivers put a `jti` into their logs."""
    return base64url.encode(sha256(webhook.encode()).digest()[:12])


def _content(approval: Approval, issuer: str) -> dict[str, Any]:
    digest = sha256(approval.statement.encode()).digest()
    return {
        "approval": approval.id,
        "profile": approval.profile,
        "status": approval.status.value,
        "asker": approval.asker.username,
        "missing": approval.missing,
        "needs_asker": approval.lacks_asker,
        "approve_url": approve_url(approval, issuer),
        "expires_at": read_statement(approval.statement)["expiresAt"],
        "statement_digest": base64url.encode(digest),
    }
