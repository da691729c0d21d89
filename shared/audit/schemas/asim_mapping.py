"""Which type of event of ASIM each kind is."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shared.audit.event import Kind


class Stream(StrEnum):
    """Named after the schema of its table."""

    AUTHENTICATION = "Authentication"
    USER_MANAGEMENT = "UserManagement"
    AUDIT = "AuditEvent"


VERSIONS = {Stream.AUTHENTICATION: "0.1.4", Stream.USER_MANAGEMENT: "0.1.2", Stream.AUDIT: "0.1"}


@dataclass(frozen=True, slots=True)
class Mapped:
    stream: Stream
    event_type: str
    subject: str = ""
    """Which property of a user was changed, or which object was accessed."""


_AUTHENTICATION, _USERS, _AUDIT = Stream.AUTHENTICATION, Stream.USER_MANAGEMENT, Stream.AUDIT
MAPPING: Mapping[Kind, Mapped | None] = {
    Kind.REGISTRATION_BEGUN: None,
    Kind.AUTHENTICATION_BEGUN: None,
    Kind.AUTHENTICATION: Mapped(_AUTHENTICATION, "Logon"),
    Kind.EXTERNAL_MFA: Mapped(_AUTHENTICATION, "Logon"),
    Kind.PASS_REDEEMED: Mapped(_AUTHENTICATION, "Logon"),
    Kind.TOKEN_REFRESHED: Mapped(_AUTHENTICATION, "Logon"),
    Kind.TOKEN_REUSED: Mapped(_AUTHENTICATION, "Logon"),
    Kind.SESSION_ENDED: Mapped(_AUTHENTICATION, "Logoff"),
    Kind.AUTHORIZATION_GRANTED: Mapped(_AUTHENTICATION, "Logon"),
    Kind.CODE_REDEEMED: Mapped(_AUTHENTICATION, "Logon"),
    Kind.CODE_REUSED: Mapped(_AUTHENTICATION, "Logon"),
    Kind.DEVICE_APPROVED: Mapped(_AUTHENTICATION, "Logon"),
    Kind.DEVICE_REJECTED: Mapped(_AUTHENTICATION, "Logon"),
    Kind.DEVICE_REDEEMED: Mapped(_AUTHENTICATION, "Logon"),
    Kind.CLIENT_ACCESS_ENDED: Mapped(_AUTHENTICATION, "Logoff"),
    Kind.CLIENT_NOT_TOLD: Mapped(_AUDIT, "Other", "Client"),
    Kind.CONSENT_GIVEN: Mapped(_USERS, "UserModified", "Consent"),
    Kind.CONSENT_WITHDRAWN: Mapped(_USERS, "UserModified", "Consent"),
    Kind.ACCESS_GRANTED: Mapped(_AUTHENTICATION, "Logon"),
    Kind.CERTIFICATE_ISSUED: Mapped(_AUTHENTICATION, "Logon"),
    Kind.REGISTRATION: Mapped(_USERS, "UserModified", "Credential"),
    Kind.CREDENTIAL_RENAMED: Mapped(_USERS, "UserModified", "CredentialName"),
    Kind.CREDENTIAL_REMOVED: Mapped(_USERS, "UserModified", "Credential"),
    Kind.CREDENTIAL_SUSPENDED: Mapped(_USERS, "UserModified", "CredentialState"),
    Kind.CREDENTIAL_RESUMED: Mapped(_USERS, "UserModified", "CredentialState"),
    Kind.SIGN_COUNT_REGRESSION: Mapped(_USERS, "UserModified", "CredentialSignCount"),
    Kind.SIGN_COUNT_UNCHANGED: Mapped(_USERS, "UserModified", "CredentialSignCount"),
    Kind.BACKUP_ELIGIBILITY_APPEARED: Mapped(_USERS, "UserModified", "CredentialBackup"),
    Kind.BACKUP_ELIGIBILITY_VANISHED: Mapped(_USERS, "UserModified", "CredentialBackup"),
    Kind.BACKUP_STATE_CHANGED: Mapped(_USERS, "UserModified", "CredentialBackup"),
    Kind.ACCOUNT_CREATED: Mapped(_USERS, "UserCreated"),
    Kind.ACCOUNT_REMOVED: Mapped(_USERS, "UserDeleted"),
    Kind.ACCOUNT_SUSPENDED: Mapped(_USERS, "UserDisabled"),
    Kind.ACCOUNT_RESUMED: Mapped(_USERS, "UserEnabled"),
    Kind.ACCOUNT_LINKED: Mapped(_USERS, "UserModified", "Link"),
    Kind.ACCOUNT_UNLINKED: Mapped(_USERS, "UserModified", "Link"),
    Kind.ACCOUNT_GROUPS_CHANGED: Mapped(_USERS, "UserModified", "Groups"),
    Kind.ACCOUNT_READ: Mapped(_USERS, "UserRead"),
    Kind.PASS_ISSUED: Mapped(_USERS, "PasswordReset"),
    Kind.PASS_DELETED: Mapped(_USERS, "UserModified", "AccessPass"),
    Kind.PASS_READ: Mapped(_USERS, "UserRead"),
    Kind.GROUP_CREATED: Mapped(_AUDIT, "Create", "Group"),
    Kind.GROUP_REMOVED: Mapped(_AUDIT, "Delete", "Group"),
    Kind.GROUP_MEMBER_ADDED: Mapped(_USERS, "UserModified", "Groups"),
    Kind.GROUP_MEMBER_REMOVED: Mapped(_USERS, "UserModified", "Groups"),
    Kind.GROUP_READ: Mapped(_AUDIT, "Read", "Group"),
    Kind.APPROVAL_REQUESTED: Mapped(_AUDIT, "Create", "Approval"),
    Kind.APPROVAL_GIVEN: Mapped(_AUDIT, "Set", "Approval"),
    Kind.APPROVAL_REFUSED: Mapped(_AUDIT, "Set", "Approval"),
    Kind.APPROVAL_WITHDRAWN: Mapped(_AUDIT, "Delete", "Approval"),
    Kind.APPROVAL_USED: Mapped(_AUDIT, "Execute", "Approval"),
    Kind.RESTORE_STARTED: Mapped(_AUDIT, "Execute", "Restore"),
    Kind.RESTORE_ENDED: Mapped(_AUDIT, "Other", "Restore"),
    Kind.APPROVAL_NOT_TOLD: Mapped(_AUDIT, "Other", "Webhook"),
    Kind.RATE_LIMIT_HIT: Mapped(_AUDIT, "Other", "Rate limit"),
    Kind.POLICY_CHANGED: Mapped(_AUDIT, "Set", "Policy"),
    Kind.CLIENT_CREATED: Mapped(_AUDIT, "Create", "Client"),
    Kind.CLIENT_CHANGED: Mapped(_AUDIT, "Set", "Client"),
    Kind.CLIENT_REMOVED: Mapped(_AUDIT, "Delete", "Client"),
    Kind.CLIENT_SECRET_ADDED: Mapped(_AUDIT, "Create", "Client's secret"),
    Kind.CLIENT_SECRET_REMOVED: Mapped(_AUDIT, "Delete", "Client's secret"),
    Kind.CLIENT_REFUSED: Mapped(_AUDIT, "Other", "Client"),
    Kind.PROFILE_CREATED: Mapped(_AUDIT, "Create", "Access profile"),
    Kind.PROFILE_CHANGED: Mapped(_AUDIT, "Set", "Access profile"),
    Kind.PROFILE_REMOVED: Mapped(_AUDIT, "Delete", "Access profile"),
    Kind.SIGNING_KEY_ROTATED: Mapped(_AUDIT, "Set", "Signing key"),
    Kind.OPERATOR_TOKEN_USED: Mapped(_AUDIT, "Execute", "Operator's token"),
    Kind.AUDIT_READ: Mapped(_AUDIT, "Read", "Audit log"),
    Kind.ERASURE_REQUESTED: Mapped(_AUDIT, "Create", "Erasure request"),
    Kind.ERASURE_CONFIRMED: Mapped(_AUDIT, "Execute", "Erasure request"),
    Kind.ERASURE_WITHDRAWN: Mapped(_AUDIT, "Delete", "Erasure request"),
    Kind.PERSON_ERASED: Mapped(_AUDIT, "Clear", "Audit log"),
}
