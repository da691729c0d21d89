"""How webhooks are told of approvals: by push (RFC 8935), at the addresses of the profile as it is
now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.access.approvals.webhooks.event_token import MEDIA_TYPE, sign_event_token
from shared.access.approvals.webhooks.history import Change, history_of
from shared.access.approvals.webhooks.notice import ApprovalNotice
from shared.access_broker.approvals.grounds import ProfileFinder
from shared.audit.event import Kind
from shared.delivery import Cause
from shared.errors import ProviderUnavailable
from shared.fetching.https import Answer
from shared.fetching.public_https import PublicHttps
from shared.json_shape import parse_object
from shared.keys.current_keys import CurrentKeys
from shared.recording.actors import SERVICE
from shared.recording.attempt import Attempt
from shared.recording.audit_recorder import AuditRecorder
from shared.storage.access.approvals import ApprovalStore

_DONE = (200, 202, 204)
"""The RFC says 202. Frameworks answer the others by themselves."""
_ERRORS = frozenset(
    (
        *("invalid_request", "invalid_key", "invalid_issuer", "invalid_audience"),
        *("authentication_failed", "access_denied"),
    )
)
"""Of section 2.4. Other texts of strangers do not get into the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    profile: str
    place: int
    address: str

    @property
    def name(self) -> str:
        """Without the address: that of some receivers is a secret."""
        return f"webhook {self.place} of profile {self.profile}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalCourier:
    issuer: str
    store: ApprovalStore
    profiles: ProfileFinder
    https: Callable[[], PublicHttps]
    """Called when something is to be sent, as it loads libraries."""
    keys: CurrentKeys
    recorder: AuditRecorder
    clock: Callable[[], datetime]

    async def find_receiver(self, notice: ApprovalNotice) -> Webhook | None:
        profile = await self.profiles.find(notice.profile)
        addresses = () if profile is None else profile.webhooks
        if notice.webhook >= len(addresses):
            return None
        return Webhook(
            profile=notice.profile, place=notice.webhook, address=addresses[notice.webhook]
        )

    async def cause(self, notice: ApprovalNotice) -> Cause:
        """A notice is written together with its change: a change that is not there never was."""
        return Cause.NONE if await self._find_change(notice) is None else Cause.STANDS

    async def send(self, notice: ApprovalNotice, receiver: Webhook) -> None:
        """Raises ProviderUnavailable unless the receiver accepts it, StorageUnavailable,
        KeysUnavailable."""
        change = await self._find_change(notice)
        if change is None:
            return
        token = sign_event_token(
            change,
            number=notice.change,
            webhook=receiver.address,
            issuer=self.issuer,
            issued_at=self.clock(),
            key=await self.keys.signing_key(),
        )
        answer = await self.https().post_content(
            receiver.address, token.encode(), media_type=MEDIA_TYPE
        )
        if answer.status not in _DONE:
            raise ProviderUnavailable(f"status {answer.status}{_error_in(answer)}")

    def undelivered(self, notice: ApprovalNotice) -> Attempt:
        return self.recorder.attempt(
            Kind.APPROVAL_NOT_TOLD,
            actor=SERVICE,
            reason="not_accepted",
            facts={
                "approval": notice.approval,
                "profile": notice.profile,
                "webhook": notice.webhook,
                "attempts": notice.attempts,
            },
        )

    async def _find_change(self, notice: ApprovalNotice) -> Change | None:
        """Others can write notices: nobody is told of an approval of another profile."""
        stored = await self.store.find(notice.approval)
        if stored is None or stored.approval.profile != notice.profile:
            return None
        history = [*history_of(stored.approval)]
        return history[notice.change] if notice.change < len(history) else None


def _error_in(answer: Answer) -> str:
    try:
        error = parse_object(answer.body).get("err")
    except ValueError:
        return ""
    return f", {error}" if isinstance(error, str) and error in _ERRORS else ""
