"""What no two profiles may share.

A vault belongs to one profile, or people could restore from it by the easier one. So does the
identity that restores: another profile with it would hand out its token, without any approval. A
request at a protected page is decided by one profile. No username may be chosen so that a template
of roles gives a role of another profile, as roles are those of a server, for all its
databases. A token opens the database of one profile, and is none for a protected site.
"""

from collections.abc import Iterable

from shared.access.postgresql.roles import may_be_confused
from shared.access.profiles.json_schemas import ValueFault
from shared.access.profiles.kinds.postgresql import database_of
from shared.access.profiles.profile import (
    BackupRestore,
    EntraAccess,
    Parameters,
    PostgresqlOauth,
    Profile,
    WebAccess,
)
from shared.access.web_addresses.hosts import parse_site
from shared.sessions.token_settings import comparable


def check_exclusive(profile: Profile, others: Iterable[Profile]) -> None:
    """Raise ValueFault, with the path in the profile."""
    for other in others:
        if (vault := _vault(profile)) is not None and vault == _vault(other):
            raise ValueFault("parameters.vault", "belongs to another profile")
        if _restores(profile) or _restores(other):
            _check_identities(profile, other)
        _check_pages(profile.parameters, other.parameters)
        _check_roles(profile.parameters, other.parameters)
        _check_tokens(profile.parameters, other.parameters)
        _check_origins(profile.parameters, other.parameters)


def _check_identities(profile: Profile, other: Profile) -> None:
    if _identities(profile) & _identities(other):
        raise ValueFault(
            "parameters.clientId", "is of a profile that restores, which must share it with none"
        )


def _check_pages(one: Parameters, other: Parameters) -> None:
    if not isinstance(one, WebAccess) or not isinstance(other, WebAccess):
        return
    if (one.host, one.path_prefix) != (other.host, other.path_prefix):
        return
    if not (one.methods and other.methods) or one.methods & other.methods:
        raise ValueFault("parameters.pathPrefix", "is of another profile, for a method of this one")


def _check_roles(one: Parameters, other: Parameters) -> None:
    """Of any two servers: a name does not tell whether they are two."""
    mine, theirs = database_of(one), database_of(other)
    if mine is not None and theirs is not None and may_be_confused(mine.role, theirs.role):
        raise ValueFault(
            "parameters.role", "could give somebody a role of another profile, by the username"
        )


def _check_tokens(one: Parameters, other: Parameters) -> None:
    """A token is for one database."""
    if not isinstance(one, PostgresqlOauth) or not isinstance(other, PostgresqlOauth):
        return
    if one.scope == other.scope:
        raise ValueFault("parameters.scope", "belongs to another profile")
    if comparable(one.resource) == comparable(other.resource):
        raise ValueFault("parameters.resource", "belongs to another profile")


def _check_origins(one: Parameters, other: Parameters) -> None:
    """A site knows people by a token of ours whose audience is its origin."""
    match one, other:
        case PostgresqlOauth(), WebAccess() if _is_origin(one.resource, other):
            raise ValueFault("parameters.resource", "is the audience of tokens for a web page")
        case WebAccess(), PostgresqlOauth() if _is_origin(other.resource, one):
            raise ValueFault("parameters.host", "is the audience of tokens for a database")


def _is_origin(resource: str, page: WebAccess) -> bool:
    return comparable(resource).lower() == parse_site(page.host).origin


def _restores(profile: Profile) -> bool:
    return isinstance(profile.parameters, BackupRestore)


def _vault(profile: Profile) -> str | None:
    """Azure compares such IDs without regard to case."""
    parameters = profile.parameters
    return parameters.vault.lower() if isinstance(parameters, BackupRestore) else None


def _identities(profile: Profile) -> set[tuple[str, str]]:
    if not isinstance(profile.parameters, EntraAccess | BackupRestore):
        return set()
    identity = profile.parameters.identity
    used = {identity.client_id, identity.agent or identity.client_id}
    return {(identity.tenant, each) for each in used}
