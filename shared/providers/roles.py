"""The rights that Touchstone knows. A provider's roles and groups are mapped to them."""

from enum import StrEnum


class Role(StrEnum):
    AUTHENTICATORS_ADMIN = "Authenticators.Admin"
    """May read and revoke the credentials of other people."""
    AUDIT_READ = "Audit.Read"
    REGISTRATIONS_CREATE = "Registrations.Create"
    """May begin a registration for any user: for the backends of applications."""
