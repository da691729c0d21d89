"""Stories of access: groups, profiles, approvals, and tokens for resources."""
