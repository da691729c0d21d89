"""The role of a person, as the audit log has it, which is kept forever and has no usernames."""

from shared.access.postgresql.roles import RoleRule, RoleTemplate


def recorded_role(rule: RoleRule, role: str) -> str:
    """Of a role that is made of the username, how it is made."""
    return rule.text if isinstance(rule, RoleTemplate) else role
