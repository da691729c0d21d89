"""The kinds of events. `docs/audit.md` says when each is recorded."""

from enum import StrEnum


class Kind(StrEnum):
    REGISTRATION_BEGUN = "registration.begun"
    REGISTRATION = "registration.finished"
    AUTHENTICATION_BEGUN = "authentication.begun"
    AUTHENTICATION = "authentication.finished"
    EXTERNAL_MFA = "external-mfa.finished"
    SIGN_COUNT_REGRESSION = "credential.sign-count-regressed"
    SIGN_COUNT_UNCHANGED = "credential.sign-count-unchanged"
    BACKUP_ELIGIBILITY_APPEARED = "credential.backup-eligibility-appeared"
    BACKUP_ELIGIBILITY_VANISHED = "credential.backup-eligibility-vanished"
    BACKUP_STATE_CHANGED = "credential.backup-state-changed"
    CREDENTIAL_RENAMED = "credential.renamed"
    CREDENTIAL_REMOVED = "credential.removed"
    CREDENTIAL_SUSPENDED = "credential.suspended"
    CREDENTIAL_RESUMED = "credential.resumed"
    ACCOUNT_CREATED = "account.created"
    ACCOUNT_REMOVED = "account.removed"
    ACCOUNT_SUSPENDED = "account.suspended"
    ACCOUNT_RESUMED = "account.resumed"
    ACCOUNT_LINKED = "account.linked"
    ACCOUNT_UNLINKED = "account.unlinked"
    ACCOUNT_GROUPS_CHANGED = "account.groups-changed"
    ACCOUNT_READ = "account.read"
    PASS_ISSUED = "pass.issued"  # noqa: S105  as all of these, the word for a kind of event
    PASS_REDEEMED = "pass.redeemed"  # noqa: S105
    PASS_DELETED = "pass.deleted"  # noqa: S105
    PASS_READ = "pass.read"  # noqa: S105
    TOKEN_REFRESHED = "token.refreshed"  # noqa: S105
    TOKEN_REUSED = "token.reused"  # noqa: S105
    SESSION_ENDED = "session.ended"
    AUTHORIZATION_GRANTED = "authorization.granted"
    CODE_REDEEMED = "code.redeemed"
    CODE_REUSED = "code.reused"
    DEVICE_APPROVED = "device.approved"
    DEVICE_REJECTED = "device.rejected"
    DEVICE_REDEEMED = "device.redeemed"
    CLIENT_ACCESS_ENDED = "client-access.ended"
    CLIENT_NOT_TOLD = "client-logout.undelivered"
    CONSENT_GIVEN = "consent.given"
    CONSENT_WITHDRAWN = "consent.withdrawn"
    GROUP_CREATED = "group.created"
    GROUP_REMOVED = "group.removed"
    GROUP_MEMBER_ADDED = "group.member-added"
    GROUP_MEMBER_REMOVED = "group.member-removed"
    GROUP_READ = "group.read"
    ACCESS_GRANTED = "access.granted"
    RATE_LIMIT_HIT = "rate-limit.hit"
    POLICY_CHANGED = "policy.changed"
    CLIENT_CREATED = "client.created"
    CLIENT_CHANGED = "client.changed"
    CLIENT_REMOVED = "client.removed"
    CLIENT_SECRET_ADDED = "client.secret-added"  # noqa: S105
    CLIENT_SECRET_REMOVED = "client.secret-removed"  # noqa: S105
    CLIENT_REFUSED = "client.refused"
    SIGNING_KEY_ROTATED = "signing-key.rotated"
    OPERATOR_TOKEN_USED = "operator.token-used"  # noqa: S105
    AUDIT_READ = "audit.read"
    ERASURE_REQUESTED = "audit.erasure-requested"
    ERASURE_CONFIRMED = "audit.erasure-confirmed"
    ERASURE_WITHDRAWN = "audit.erasure-withdrawn"
    PERSON_ERASED = "audit.person-erased"
