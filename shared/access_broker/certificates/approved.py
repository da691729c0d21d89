"""The code of an approval becomes a certificate, once. Its serial number is the receipt's ID."""

from dataclasses import dataclass

from shared.access.certificates.csr import ClientKey
from shared.access.profiles.eligibility import Person
from shared.access_broker.approvals.senders import Sender
from shared.access_broker.approvals.using import Usable, Using
from shared.access_broker.certificates.certifying import (
    Certifying,
    Issued,
    database_for_certificates,
)
from shared.errors import ApprovalLapsed, ApprovalOver, ConcurrentUse, NotFound
from shared.errors.certificates import ApprovalCodeRefused
from shared.openid_provider.tokens.token_limit import TokenLimit
from shared.recording.attempt import Attempt
from shared.storage.access.issued_certificates import IssuedCertificates
from shared.storage.audit.statements import event_creation


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedIssuing:
    using: Using
    certifying: Certifying
    limit: TokenLimit
    store: IssuedCertificates

    async def issue(
        self, code: str, profile: str, key: ClientKey, *, by: Sender, attempt: Attempt
    ) -> Issued:
        """Raises ApprovalCodeRefused; NotFound for another profile than the approval's;
        MalformedRequest, TooManyRequests."""
        usable = await self._usable(code, by)
        approval, person = usable.approval, usable.asker
        attempt.add_details(facts={"profile": usable.profile.name, "approval": approval.id})
        if profile != usable.profile.name:
            raise NotFound
        database_for_certificates(usable.profile)
        await self.limit.spend(by.handle, profile=usable.profile.name)
        return await self._use_up(usable, person, by=by, key=key, attempt=attempt)

    async def _usable(self, code: str, by: Sender) -> Usable:
        """Of whoever asked: in the same session, by the same client and key."""
        try:
            usable = await self.using.by_code(code, thumbprint=by.thumbprint)
        except (NotFound, ApprovalOver, ApprovalLapsed) as error:
            raise ApprovalCodeRefused from error
        asker = usable.approval.asker
        asked_as = (asker.handle, asker.session, asker.thumbprint, asker.client)
        if asked_as != (by.handle, by.session, by.thumbprint, by.client):
            raise ApprovalCodeRefused
        return usable

    async def _use_up(
        self, usable: Usable, person: Person, *, by: Sender, key: ClientKey, attempt: Attempt
    ) -> Issued:
        """The use, both events and the row of the certificate are one transaction."""
        issued = await self.certifying.certify(
            usable.profile, person, by=by, key=key, issue_id=usable.approval.id
        )
        await attempt.announce(self.store.partition, facts=issued.facts())
        event = event_creation(self.store.partition, attempt.success())
        try:
            await self.using.use(usable, also=[self.store.creation(issued.row), event])
        except (NotFound, ApprovalOver, ConcurrentUse) as error:
            attempt.add_details(reason="approval_used")
            raise ApprovalCodeRefused from error
        return issued
