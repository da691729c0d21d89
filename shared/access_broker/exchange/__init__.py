"""A person's token becomes one for the resource of a profile (RFC 8693)."""
