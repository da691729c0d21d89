"""The audit log: contradictions, erasures, and how far delivery is behind."""

from typing import Any

from shared.audit.event import Actor
from shared.audit_log.contradictions import Contradiction
from shared.audit_log.delivery import DeliveryLag
from shared.http.instants import timestamp
from shared.storage.audit.erasures import Erasure


def contradiction(found: Contradiction) -> dict[str, str]:
    return {"trouble": "inconsistent", "what": found.what, "since": timestamp(found.since)}


def erasure(shown: Erasure) -> dict[str, Any]:
    """The person's name is included, since a second administrator has to confirm the request."""
    confirmed_by = shown.confirmed_by
    return {
        "id": shown.id,
        "username": shown.username,
        "state": "begun" if shown.begun else "confirmed" if confirmed_by else "waiting",
        "requestedBy": _someone(shown.requested_by.someone),
        "requestedAt": timestamp(shown.requested_at),
        "dueAt": timestamp(shown.due_at),
    } | ({"confirmedBy": _someone(confirmed_by.someone)} if confirmed_by else {})


def _someone(shown: Actor) -> dict[str, str]:
    return shown.describe() | ({"name": shown.name} if shown.name else {})


def delivery_lag(lag: DeliveryLag) -> dict[str, Any]:
    shown = {"behind": lag.entries, "shelved": lag.shelved}
    since = {"since": timestamp(lag.since)} if lag.since else {}
    return shown | since | ({"failing": lag.failing} if lag.failing else {})
