"""Roles: what a caller may do beyond its own account. A username alone never grants a role."""

from enum import StrEnum


class Role(StrEnum):
    AUTHENTICATORS_ADMIN = "Authenticators.Admin"
    """Manage other people's credentials, accounts and access passes."""
    CLIENTS_ADMIN = "Clients.Admin"
    """Manage the clients that may ask this service for tokens."""
    GROUPS_ADMIN = "Groups.Admin"
    """Make groups, and decide which accounts are in them."""
    PROFILES_ADMIN = "Profiles.Admin"
    """Manage access profiles: what people may ask for, and what it takes."""
    AUDIT_READ = "Audit.Read"
    """Read the audit log."""
    REGISTRATIONS_CREATE = "Registrations.Create"
    """Register newcomers: accounts with no credential and no role. For a backend, not for
    people."""
