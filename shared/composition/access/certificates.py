"""Client certificates."""

from shared.access_broker.approvals.asking import Asking
from shared.access_broker.approvals.using import Using
from shared.access_broker.certificates.approved import ApprovedIssuing
from shared.access_broker.certificates.authority import CertificateAuthority
from shared.access_broker.certificates.certifying import Certifying
from shared.access_broker.certificates.issuing import Issuing
from shared.access_broker.certificates.revocations import Revocations
from shared.composition.access.approvals import ApprovalParts
from shared.composition.parts import Parts
from shared.openid_provider.tokens.token_limit import TokenLimit


def make_issuing(
    given: ApprovalParts, authority: CertificateAuthority, *, asking: Asking, using: Using
) -> Issuing:
    parts = given.parts
    limit = TokenLimit(parts.limiter, parts.limit_events, clock=parts.clock)
    certifying = Certifying(authority=authority, clock=parts.clock)
    store = parts.stores.issued_certificates
    return Issuing(
        senders=given.senders,
        profiles=given.profiles,
        certifying=certifying,
        approved=ApprovedIssuing(using=using, certifying=certifying, limit=limit, store=store),
        asking=asking,
        limit=limit,
        store=store,
        recorder=parts.recorder,
        issuer=parts.settings.tokens.issuer,
        clock=parts.clock,
    )


def make_revocations(parts: Parts, authority: CertificateAuthority) -> Revocations:
    return Revocations(
        authority=authority,
        store=parts.stores.issued_certificates,
        standings=parts.stores.standings,
        clock=parts.clock,
    )
