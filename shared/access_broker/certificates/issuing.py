"""A person gets a certificate for the database of a profile.

All that the profile demands is compared with what the account is now, as for a token. The
certificate is given away after its event and its row are stored, in one transaction.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from shared.access.certificates.csr import ClientKey
from shared.access.profiles.profile import Profile
from shared.access_broker.admission import admit_sender
from shared.access_broker.approvals.asking import Asking
from shared.access_broker.approvals.asking import Wanted as WantedApproval
from shared.access_broker.approvals.grounds import ProfileFinder
from shared.access_broker.approvals.senders import Bearer, Sender, Senders
from shared.access_broker.certificates.approved import ApprovedIssuing
from shared.access_broker.certificates.certifying import (
    Certifying,
    Issued,
    database_for_certificates,
)
from shared.access_broker.people import person_of
from shared.audit.event import Kind
from shared.errors import ConcurrentUse
from shared.errors.certificates import ApprovalRequired
from shared.openid_provider.tokens.token_limit import TokenLimit
from shared.recording.audit_recorder import AuditRecorder
from shared.recording.event_details import EventDetails
from shared.relying_party.callers.client import Client
from shared.storage.access.issued_certificates import IssuedCertificates
from shared.storage.accounts.accounts import StoredAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    profile: str
    key: ClientKey
    code: str | None
    """Of an approval."""
    details: object
    """What an approval is asked for, if there is none yet."""
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuing:
    senders: Senders
    profiles: ProfileFinder
    certifying: Certifying
    approved: ApprovedIssuing
    asking: Asking
    limit: TokenLimit
    store: IssuedCertificates
    recorder: AuditRecorder
    issuer: str
    clock: Callable[[], datetime]

    async def issue(self, wanted: Wanted, *, by: Bearer, client: Client) -> Issued:
        """Raises CertificatesOff, TokenInvalid, ApprovalRequired, ApprovalCodeRefused; NotFound,
        also for a profile that is not for this person; StepUpRequired, AccessObstructed,
        MalformedRequest, TooManyRequests."""
        self.certifying.authority.require()
        # Before the attempt: refusals of nobody in particular have no limit in the log.
        (sender, owner), profile = await asyncio.gather(
            self.senders.confirm_owner(by), self.profiles.find(wanted.profile)
        )
        async with self.recorder.attempt(
            Kind.CERTIFICATE_ISSUED, **_details(sender, owner)
        ) as attempt:
            if wanted.code is not None:
                return await self.approved.issue(
                    wanted.code, wanted.profile, wanted.key, by=sender, attempt=attempt
                )
            profile = admit_sender(profile, owner, sender, now=self.clock())
            attempt.add_details(facts={"profile": profile.name})
            database_for_certificates(profile)
            if profile.needs_approval:
                raise await self._to_be_approved(profile, wanted, by, client)
            await self.limit.spend(sender.handle, profile=profile.name)
            issued = await self.certifying.certify(
                profile, person_of(owner.account), by=sender, key=wanted.key, issue_id=attempt.id
            )
            await attempt.announce(self.store.partition, facts=issued.facts())
            if not await attempt.try_commit(partial(self.store.add, issued.row)):
                raise ConcurrentUse
            return issued

    async def _to_be_approved(
        self, profile: Profile, wanted: Wanted, by: Bearer, client: Client
    ) -> ApprovalRequired:
        """An approval is asked for if the request says what for."""
        if wanted.details is None and wanted.reason is None:
            return ApprovalRequired(approve_url=f"{self.issuer}/requests")
        asked = WantedApproval(profile=profile.name, details=wanted.details, reason=wanted.reason)
        approval = await self.asking.ask(asked, by=by, client=client)
        url = f"{self.issuer}/approve#{approval.id}"
        return ApprovalRequired(approve_url=url, approval=approval.id)


def _details(sender: Sender, owner: StoredAccount) -> EventDetails:
    return EventDetails(
        actor=owner.account,
        target=owner.account,
        session=sender.session,
        credential=sender.record(owner),
        facts={} if sender.client is None else {"client": sender.client},
    )
