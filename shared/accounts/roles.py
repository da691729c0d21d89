"""What a caller may do beyond its own account. No user name carries a role by itself."""

from enum import StrEnum


class Role(StrEnum):
    AUTHENTICATORS_ADMIN = "Authenticators.Admin"
    """Manage other people's credentials, accounts and access passes."""
    AUDIT_READ = "Audit.Read"
    """Read the audit trail."""
    REGISTRATIONS_CREATE = "Registrations.Create"
    """Enrol newcomers, accounts with no credential and no role: for a backend, not for people."""
