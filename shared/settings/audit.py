"""What events say, when they are sealed, and where the audit log is shipped."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from shared.environment import Values

if TYPE_CHECKING:
    from shared.audit.checkpoint import Verifier

_HTTPS = re.compile(r"https://[^/\s]+(/[^\s]*)?")
_CHECKPOINT_NAME = re.compile(r"\d+-[0-9a-f]{64}")
_RULE = re.compile(r"dcr-[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorSettings:
    endpoint: str
    """The data collection rule's endpoint for log ingestion."""
    rule_id: str
    """The rule's immutable ID."""
    asim: bool
    """Whether the rule also accepts the streams of Microsoft's ASIM tables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSettings:
    with_names: bool
    sample_one_in: int
    monitor: MonitorSettings | None
    container_url: str | None
    verifiers: "tuple[Verifier, ...]"
    """Earlier checkpoint keys. They no longer sign, but their signatures are still accepted."""
    settling: timedelta
    """How long the result of an attempt waits before it is sealed."""
    untagged_before: datetime
    """Statements that were written to storage before this time are sealed without a tag of the
    service."""
    erasure_delay: timedelta
    """How long a request to erase a person waits if no second administrator confirms it."""
    superseded: tuple[str, ...]
    """Names of checkpoints that the log need not extend, since it was restored."""


def read_audit(values: Values) -> AuditSettings:
    return AuditSettings(
        with_names=values.flag("AUDIT_NAMES", default=True),
        sample_one_in=values.integer("AUDIT_BEGUN_ONE_IN", 100, 0, 1_000_000),
        monitor=_read_monitor(values),
        container_url=_https(values, "AUDIT_BLOB_CONTAINER_URL"),
        verifiers=_read_verifiers(values, "CHECKPOINT_VERIFIERS"),
        settling=values.seconds("AUDIT_SETTLING_SECONDS", 120, 0, 600),
        untagged_before=_read_instant(values, "AUDIT_UNTAGGED_BEFORE"),
        erasure_delay=timedelta(hours=values.integer("AUDIT_ERASURE_DELAY_HOURS", 72, 1, 720)),
        superseded=_read_names(values, "AUDIT_SUPERSEDED_CHECKPOINTS"),
    )


def _read_verifiers(values: Values, name: str) -> "tuple[Verifier, ...]":
    texts = values.items(name)
    if not texts:
        return ()
    from shared.audit.checkpoint import read_verifier

    try:
        return tuple(map(read_verifier, texts))
    except ValueError:
        values.refuse(name, "is not a list of public keys as GET /audit/checkpoint shows them")


def _read_instant(values: Values, name: str) -> datetime:
    text = values.optional_text(name)
    if text is None:
        return datetime.min.replace(tzinfo=UTC)
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        values.refuse(name, "is not a time such as 2031-05-17T12:00:00Z")


def _read_names(values: Values, name: str) -> tuple[str, ...]:
    names = values.items(name)
    if not all(map(_CHECKPOINT_NAME.fullmatch, names)):
        values.refuse(name, "is not a list of names of checkpoints of the log")
    return names


def _read_monitor(values: Values) -> MonitorSettings | None:
    endpoint, rule_id = _https(values, "AUDIT_DCR_ENDPOINT"), values.optional_text("AUDIT_DCR_ID")
    if (endpoint is None) != (rule_id is None):
        values.refuse("AUDIT_DCR_ID", "goes together with AUDIT_DCR_ENDPOINT")
    if endpoint is None or rule_id is None:
        return None
    if not _RULE.fullmatch(rule_id):
        values.refuse("AUDIT_DCR_ID", "is not the immutable ID of a data collection rule")
    asim = values.flag("AUDIT_ASIM", default=True)
    return MonitorSettings(endpoint=endpoint, rule_id=rule_id, asim=asim)


def _https(values: Values, name: str) -> str | None:
    url = values.optional_text(name)
    if url is not None and not _HTTPS.fullmatch(url):
        values.refuse(name, "is not an https address")
    return url
