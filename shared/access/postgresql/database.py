"""A database that people connect to."""

from dataclasses import dataclass

from shared.access.postgresql.roles import RoleRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    host: str
    """As clients connect to it: a name or an address."""
    port: int
    name: str
    role: RoleRule
    """In which role a person is there."""
