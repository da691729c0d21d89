"""The code of an approval becomes a token: whoever asked has it, and it counts once."""

from dataclasses import dataclass
from functools import partial

from shared.access.approvals.approval import Asker
from shared.access_broker.approvals.using import Usable, Using
from shared.access_broker.exchange.admission import unknown_profile
from shared.access_broker.exchange.giving import Exchanged, Givers, Granted
from shared.access_broker.exchange.subjects import Presented
from shared.audit.event import Kind
from shared.errors import (
    ApprovalLapsed,
    ApprovalOver,
    ConcurrentUse,
    GrantRefused,
    NotFound,
)
from shared.openid.clients.client import Grant
from shared.openid_provider.tokens.token_limit import TokenLimit
from shared.recording.attempt import Attempt
from shared.recording.audit_recorder import AuditRecorder


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedExchange:
    using: Using
    limit: TokenLimit
    givers: Givers
    recorder: AuditRecorder

    async def exchange(self, presented: Presented) -> Exchanged:
        """Raises GrantRefused, ExchangeRefused, TooManyRequests."""
        usable = await self._usable(presented)
        approval, profile = usable.approval, usable.profile
        if presented.request.profile != profile.name:
            raise unknown_profile()
        gift = self.givers.of(profile)
        gift.check_scope(presented.request.scope)
        await self.limit.spend(approval.asker.handle, profile=profile.name)
        async with self.recorder.attempt(
            Kind.ACCESS_GRANTED,
            actor=approval.asker.handle,
            target=approval.asker.handle,
            session=approval.asker.session,
            facts={"profile": profile.name, "approval": approval.id},
        ) as attempt:
            granted = Granted(
                profile=profile,
                person=usable.asker,
                client=presented.client,
                expires_at=int(approval.expires_at.timestamp()),
            )
            return await gift.give(granted, attempt, partial(self._use_up, usable, attempt))

    async def _usable(self, presented: Presented) -> Usable:
        """Of whoever asked: with a proof of the same key, in the cookie of the same session, or by
        the client that asked."""
        text = presented.request.subject_token
        try:
            usable = await self.using.by_code(text, thumbprint=presented.thumbprint)
        except (NotFound, ApprovalOver, ApprovalLapsed) as error:
            raise _invalid() from error
        if not _has_asked(presented, usable.approval.asker):
            raise _invalid()
        if presented.request.actor_token is not None:
            raise _invalid()
        return usable

    async def _use_up(self, usable: Usable, attempt: Attempt) -> None:
        await attempt.announce()
        try:
            await self.using.use(usable)
        except (NotFound, ApprovalOver, ConcurrentUse) as error:
            attempt.add_details(reason="approval_used")
            raise _invalid() from error


def _has_asked(presented: Presented, asker: Asker) -> bool:
    """Whether it is the same sender. If the asker's token was bound, its key has been proven."""
    client, owner = presented.client, presented.owner
    if asker.client is not None or client is not None:
        may_exchange = client is not None and Grant.TOKEN_EXCHANGE in client.grants
        return may_exchange and client is not None and client.id == asker.client
    session = None if owner is None else owner.token.session_id
    return asker.thumbprint is not None or (session is not None and session == asker.session)


def _invalid() -> GrantRefused:
    return GrantRefused(
        "invalid_grant",
        "The code does not count: it has expired, was used, is not the sender's, or what the "
        "approval rests on has changed.",
    )
